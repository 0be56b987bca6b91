using CsCheck;

namespace Gdx.Numbers.Tests;

public sealed class JuristicIdTests
{
    [Fact]
    public void Synthetic_numbers_start_with_0999_and_survive_the_round_trip() =>
        Gen.Int[0, 99_999_999].Sample(n =>
        {
            var id = JuristicId.Synthetic(n);
            return id.Value.StartsWith("0999", StringComparison.Ordinal) && id.Value.Length == 13 && JuristicId.TryParse(id.Value, out var read) && read == id;
        });

    [Theory]
    [InlineData("9999999999994")]
    [InlineData("0000000000000")]
    [InlineData("099900000000")]
    [InlineData("๐๙๙๙๐๐๐๐๐๐๐๐๐")]
    [InlineData("")]
    public void Citizen_numbers_wrong_check_digits_and_other_texts_are_refused(string text) => Assert.False(JuristicId.TryParse(text, out _));

    [Fact]
    public void A_wrong_check_digit_is_always_noticed() =>
        Gen.Select(Gen.Int[0, 99_999_999], Gen.Int[1, 9]).Sample((n, add) =>
        {
            var digits = JuristicId.Synthetic(n).Value.ToCharArray();
            digits[12] = (char)('0' + ((digits[12] - '0' + add) % 10));
            return !JuristicId.TryParse(digits, out _);
        });

    [Fact]
    public void As_text_it_is_masked() => Assert.Matches("^0-xxxx-xxxxx-[0-9]{2}-[0-9]$", JuristicId.Synthetic(7).ToString());

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000_000)]
    public void There_are_a_hundred_million_synthetic_ones(int n) => Assert.Throws<ArgumentOutOfRangeException>(() => JuristicId.Synthetic(n));
}
