using CsCheck;

namespace Gdx.Numbers.Tests;

public sealed class CitizenIdTests
{
    [Theory]
    [InlineData("9999999999994")]
    [InlineData("9000000000012")]
    public void Numbers_with_the_right_check_digit_are_read(string text)
    {
        Assert.True(CitizenId.TryParse(text, out var id));
        Assert.Equal(text, id.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("999999999999")]
    [InlineData("99999999999944")]
    [InlineData("9999999999993")]
    [InlineData(" 999999999994")]
    [InlineData("+999999999994")]
    [InlineData("9-9999-99999-99-4")]
    [InlineData("๙๙๙๙๙๙๙๙๙๙๙๙๔")]
    [InlineData("999999999999４")]
    [InlineData("999999999999\0")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(CitizenId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Synthetic_numbers_start_with_nine_and_survive_the_round_trip() =>
        Gen.Int[0, int.MaxValue].Sample(n =>
        {
            var id = CitizenId.Synthetic(n);
            return id.Value is ['9', ..] && CitizenId.TryParse(id.Value, out var read) && read == id;
        });

    [Fact]
    public void No_two_synthetic_numbers_are_the_same() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample((a, b) => a == b || CitizenId.Synthetic(a) != CitizenId.Synthetic(b));

    [Fact]
    public void One_wrong_digit_among_the_first_twelve_is_noticed_unless_the_rule_itself_cannot() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 11], Gen.Int[1, 9]).Sample((n, at, add) =>
        {
            var digits = CitizenId.Synthetic(n).Value.ToCharArray();
            digits[at] = (char)('0' + ((digits[at] - '0' + add) % 10));
            // Mod 11 has eleven remainders for ten digits: remainders 0 and 10 share check digit 1.
            return CitizenId.TryParse(digits, out _) == (Expected(digits) == digits[12]);
        });

    [Fact]
    public void A_wrong_check_digit_is_always_noticed() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 9]).Sample((n, add) =>
        {
            var digits = CitizenId.Synthetic(n).Value.ToCharArray();
            digits[12] = (char)('0' + ((digits[12] - '0' + add) % 10));
            return !CitizenId.TryParse(digits, out _);
        });

    [Fact]
    public void Any_text_is_read_or_refused_without_a_fault() =>
        Gen.String.Sample(text => CitizenId.TryParse(text, out var id) ? id.Value == text : id == default);

    [Fact]
    public void As_text_it_is_masked()
    {
        Assert.True(CitizenId.TryParse("9999999999994", out var id));

        Assert.Equal("9-xxxx-xxxxx-99-4", id.ToString());
        Assert.Equal("9-xxxx-xxxxx-99-4", $"{id}");
        Assert.Equal(9999999999994, id.Number);
    }

    // The rule as the specification writes it: sum of digit[i]·(13−i) for i = 0..11, check = (11 − sum mod 11) mod 10.
    private static char Expected(char[] digits)
    {
        var sum = Enumerable.Range(0, 12).Sum(i => (digits[i] - '0') * (13 - i));
        return (char)('0' + ((11 - (sum % 11)) % 10));
    }
}
