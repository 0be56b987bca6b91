using System.Text;
using System.Text.RegularExpressions;

namespace Gdx.Catalog.Data;

/// <summary>
/// What is searched: all texts of a dataset or of a field in one, brought to one form, as is what people type. Thai keyboards send the same
/// word in several ways: sara am in two parts, a tone mark before or after it, sara ae as two sara e.
/// </summary>
public static partial class SearchText
{
    public static string Of(DatasetEntry dataset) => Normalised(string.Join('\n',
        dataset.Slug, dataset.NameTh, dataset.NameEn, dataset.OwnerTh, dataset.OwnerEn, dataset.DescriptionTh, dataset.DescriptionEn, string.Join('\n', dataset.Metadata.Tags)));

    public static string Of(FieldEntry field) => Normalised(string.Join('\n', field.Name, field.LabelTh, field.LabelEn, field.DescriptionTh, field.DescriptionEn));

    /// <summary>Lower case, one code point for what looks the same, Arabic digits, no invisible characters; words apart by one space or line.</summary>
    public static string Normalised(string text)
    {
        var plain = SaraAm().Replace(text.Normalize(NormalizationForm.FormC).ToLowerInvariant(), "$1$2\u0E33").Replace("\u0E40\u0E40", "\u0E41", StringComparison.Ordinal);
        var written = new StringBuilder(plain.Length);
        foreach (var character in plain)
        {
            switch (character)
            {
                case >= '\u0E50' and <= '\u0E59': written.Append((char)('0' + character - '\u0E50')); break;
                case '\u200B' or '\u200C' or '\u200D' or '\uFEFF' or '\u00AD': break; // Word processors put them between Thai words.
                default: written.Append(character); break;
            }
        }

        return written.ToString();
    }

    /// <summary>A LIKE pattern (escaped by \) for a part of a search text.</summary>
    public static string Pattern(string word) =>
        $"%{Normalised(word).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    [GeneratedRegex("\u0E4D([\u0E48-\u0E4B]?)\u0E32|([\u0E48-\u0E4B])\u0E4D\u0E32")]
    private static partial Regex SaraAm();
}
