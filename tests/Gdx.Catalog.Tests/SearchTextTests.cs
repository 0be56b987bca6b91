using Gdx.Catalog.Data;

namespace Gdx.Catalog.Tests;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Date of BIRTH", "date of birth")]
    [InlineData("ค\u0E4D\u0E32นำหน้า", "คำนำหน้า")]
    [InlineData("น\u0E49\u0E4D\u0E32", "น้ำ")]
    [InlineData("น\u0E4D\u0E49\u0E32", "น้ำ")]
    [InlineData("\u0E40\u0E40ม่", "แม่")]
    [InlineData("พ.ศ. ๒๕๖๖", "พ.ศ. 2566")]
    [InlineData("ทะเบียน\u200Bราษฎร", "ทะเบียนราษฎร")]
    [InlineData("Cafe\u0301", "café")]
    public void What_looks_the_same_is_the_same(string typed, string searched) => Assert.Equal(searched, SearchText.Normalised(typed));

    [Theory]
    [InlineData("100%", @"%100\%%")]
    [InlineData("a_b", @"%a\_b%")]
    [InlineData(@"a\b", @"%a\\b%")]
    public void What_means_something_to_the_database_is_only_a_letter(string word, string pattern) => Assert.Equal(pattern, SearchText.Pattern(word));
}
