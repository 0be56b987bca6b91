using System.Text.RegularExpressions;

namespace Gdx.Repository.Tests;

/// <summary>docs/errors.md names every stable code of the source, and no other.</summary>
public sealed partial class ErrorCodesTests
{
    // A literal that begins so is a code wherever it stands: codes are also handed on in variables.
    private const string Families = "caller|request|route|server|identity|catalog|entitlement|linkage-adapter|notification|client|token|rate|service|watch|evidence|source";

    private static readonly string Root = Checkout.Root;

    [Fact]
    public void Every_code_in_the_source_is_explained() =>
        Assert.Empty(Used().Where(use => !Explained().Contains(use.Key)).Select(use => $"{use.Key} ({use.First()})"));

    [Fact]
    public void Every_code_that_is_explained_is_in_the_source() =>
        Assert.Empty(Explained().Except(Used().Select(use => use.Key)));

    [Fact]
    public void Every_code_that_a_contract_promises_is_explained() =>
        Assert.Empty(
            from file in Files("*.proto")
            from comment in Comment().Matches(File.ReadAllText(file)).Select(match => match.Value)
            from code in PromisedCode().Matches(comment).Select(match => match.Value)
            where !Explained().Contains(code)
            select $"{code} ({Path.GetFileName(file)})");

    [Fact]
    public void A_code_goes_to_Problems_as_a_literal_or_in_a_variable_that_got_one() =>
        Assert.All(Used().Select(use => use.Key), code => Assert.Matches($@"^({Families})(\.[a-z][a-z0-9_]*)+$", code));

    [Fact]
    public void A_code_is_explained_once_in_each_table() =>
        Assert.Empty(
            from section in File.ReadAllText(Path.Combine(Root, "docs", "errors.md")).Split("\n## ")
            from row in Row().Matches(section).GroupBy(match => match.Groups[1].Value)
            where row.Count() > 1
            select row.Key);

    private static ILookup<string, string> Used() => (
        from file in Files("*.cs")
        let text = File.ReadAllText(file)
        from match in GivenToProblems().Matches(text).Concat(Literal().Matches(text))
        select (Code: match.Groups[1].Value, File: Path.GetFileName(file))).ToLookup(use => use.Code, use => use.File);

    private static HashSet<string> Explained() => [.. Row().Matches(File.ReadAllText(Path.Combine(Root, "docs", "errors.md"))).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> Files(string pattern) =>
        from folder in new[] { "services", "Gdx.ServiceDefaults" }
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        where !file.Contains("/Migrations/", StringComparison.Ordinal)
        select file;

    [GeneratedRegex(@"Problems\.(?:Rpc|Http)\(\s*[^,]+,\s*""([^""]+)""")]
    private static partial Regex GivenToProblems();

    [GeneratedRegex($@"""((?:{Families})(?:\.[a-z][a-z_]*)+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex($@"\b(?:{Families})(?:\.[a-z][a-z_]*[a-z])+")]
    private static partial Regex PromisedCode();

    [GeneratedRegex(@"(?m)^\| `([^`]+)` \|")]
    private static partial Regex Row();
}
