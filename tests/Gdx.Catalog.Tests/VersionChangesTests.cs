using CsCheck;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Catalog.Features;

namespace Gdx.Catalog.Tests;

/// <summary>What of a new version breaks whoever reads the one before.</summary>
public sealed class VersionChangesTests
{
    private static readonly Gen<FieldEntry> AnyField = Gen.Select(
        Gen.Int[0, 9], AnyOf(FieldType.Text, FieldType.Integer, FieldType.Decimal), AnyOf(Sensitivity.Ordinary, Sensitivity.Personal, Sensitivity.Sensitive), Gen.Int[1, 5].HashSet[0, 4], Gen.Int[0, 2],
        (n, type, sensitivity, codes, label) => Field($"f{n}", type, sensitivity, [.. codes.Select(code => $"{code}")], $"label {label}"));

    private static readonly Gen<DatasetEntry> AnyVersion = Gen.Select(AnyField.List[0, 8], AnyOf(Classification.Open, Classification.Internal, Classification.Secret), (fields, classification) =>
        Version(classification, [.. fields.DistinctBy(field => field.Name)]));

    [Theory]
    [InlineData("a:Text:Personal", "a:Text:Personal", "")]
    [InlineData("a:Text:Personal b:Text:Personal", "b:Text:Personal", "removed:a")]
    [InlineData("a:Text:Personal", "b:Text:Personal", "removed:a")]
    [InlineData("a:Text:Personal", "a:Text:Personal b:Text:Sensitive", "")]
    [InlineData("a:Integer:Personal", "a:Text:Personal", "type:a")]
    [InlineData("a:Integer:Personal", "a:Decimal:Personal", "type:a")]
    [InlineData("a:Integer:Personal:1,2,3", "a:Integer:Personal:1,2", "codes:a")]
    [InlineData("a:Integer:Personal:1,2", "a:Integer:Personal:1,3", "codes:a")]
    [InlineData("a:Integer:Personal", "a:Integer:Personal:1,2", "codes:a")]
    [InlineData("a:Integer:Personal:1,2", "a:Integer:Personal:1,2,3", "")]
    [InlineData("a:Integer:Personal:1,2", "a:Integer:Personal", "")]
    [InlineData("a:Text:Ordinary", "a:Text:Personal", "sensitivity:a")]
    [InlineData("a:Text:Personal", "a:Text:Sensitive", "sensitivity:a")]
    [InlineData("a:Text:Sensitive", "a:Text:Ordinary", "")]
    [InlineData("a:Text:Personal::old", "a:Text:Personal::new", "")]
    [InlineData("Internal a:Text:Personal", "Secret a:Text:Personal", "classification")]
    [InlineData("Secret a:Text:Personal", "Internal a:Text:Personal", "")]
    [InlineData("a:Integer:Ordinary:1,2 b:Text:Personal", "a:Text:Sensitive:1", "type:a codes:a sensitivity:a removed:b")]
    public void What_stands_in_a_readers_way_breaks(string old, string next, string breaks) =>
        Assert.Equal(breaks, string.Join(' ', VersionChanges.Breaks(VersionChanges.Between(Version(old), Version(next)))));

    [Fact]
    public void A_version_does_not_differ_from_itself() =>
        AnyVersion.Sample(version => VersionChanges.Between(version, version).Count == 0);

    [Fact]
    public void Adding_fields_breaks_nobody() =>
        Gen.Select(AnyVersion, AnyField.List[1, 5]).Sample((version, added) =>
        {
            var more = Version(version.Classification, [.. version.Fields, .. added.Where(field => !version.Fields.Exists(one => one.Name == field.Name)).DistinctBy(field => field.Name)]);
            var changes = VersionChanges.Between(version, more);
            return changes.All(change => change.Kind == ChangeKind.FieldAdded && !change.Breaks) && changes.Count == more.Fields.Count - version.Fields.Count;
        });

    [Fact]
    public void Taking_a_field_away_always_breaks() =>
        AnyVersion.Where(version => version.Fields.Count > 0).Sample(version =>
            VersionChanges.Breaks(VersionChanges.Between(version, Version(version.Classification, [.. version.Fields.Skip(1)]))).SequenceEqual([$"removed:{version.Fields[0].Name}"]));

    [Fact]
    public void Other_words_break_nobody() =>
        AnyVersion.Sample(version =>
        {
            var reworded = Version(version.Classification, [.. version.Fields.Select(field => Field(field.Name, field.Type, field.Sensitivity, [.. field.Codes.Select(code => code.Value)], field.LabelEn + "!"))]);
            return VersionChanges.Between(version, reworded).All(change => change is { Kind: ChangeKind.TextChanged, Breaks: false });
        });

    [Fact]
    public void What_was_added_one_way_was_removed_the_other_and_raised_lowered() =>
        Gen.Select(AnyVersion, AnyVersion).Sample((one, other) =>
        {
            var (there, back) = (VersionChanges.Between(one, other), VersionChanges.Between(other, one));
            int Count(IReadOnlyList<Change> changes, ChangeKind kind) => changes.Count(change => change.Kind == kind);
            return Count(there, ChangeKind.FieldAdded) == Count(back, ChangeKind.FieldRemoved) && Count(there, ChangeKind.TypeChanged) == Count(back, ChangeKind.TypeChanged)
                && Count(there, ChangeKind.SensitivityRaised) == Count(back, ChangeKind.SensitivityLowered) && Count(there, ChangeKind.CodesNarrowed) == Count(back, ChangeKind.CodesWidened)
                && Count(there, ChangeKind.ClassificationRaised) == Count(back, ChangeKind.ClassificationLowered);
        });

    [Fact]
    public void Every_kind_of_break_is_named_when_it_is_announced() =>
        Gen.Select(AnyVersion, AnyVersion).Sample((one, other) =>
        {
            var changes = VersionChanges.Between(one, other);
            var breaks = VersionChanges.Breaks(changes);
            return breaks.Count == changes.Count(change => change.Breaks) && breaks.Distinct().Count() == breaks.Count;
        });

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(n => values[n]);

    private static DatasetEntry Version(string text)
    {
        var parts = text.Split(' ').ToList();
        var classification = Enum.TryParse<Classification>(parts[0], out var named) ? named : Classification.Internal;
        return Version(classification, [.. parts.Where(part => part.Contains(':', StringComparison.Ordinal)).Select(part => part.Split(':')).Select(part =>
            Field(part[0], Enum.Parse<FieldType>(part[1]), Enum.Parse<Sensitivity>(part[2]), part.Length > 3 ? part[3].Split(',', StringSplitOptions.RemoveEmptyEntries) : [], part.Length > 4 ? part[4] : "label"))]);
    }

    private static DatasetEntry Version(Classification classification, List<FieldEntry> fields) => new()
    {
        Slug = "test.x",
        Version = "1",
        NameTh = "ก",
        NameEn = "A",
        OwnerTh = "ก",
        OwnerEn = "A",
        LegalBasisTh = "ก",
        LegalBasisEn = "A",
        Classification = classification,
        Fields = fields,
    };

    private static FieldEntry Field(string name, FieldType type, Sensitivity sensitivity, string[] codes, string label) => new()
    {
        Name = name,
        LabelTh = "ป้าย",
        LabelEn = label,
        Type = type,
        Sensitivity = sensitivity,
        Example = "1",
        Codes = [.. codes.Select(code => new CodeEntry(code, "รหัส", "code"))],
    };
}
