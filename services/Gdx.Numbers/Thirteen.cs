namespace Gdx.Numbers;

/// <summary>What citizen and juristic numbers share: thirteen ASCII digits, the last one checking the others.</summary>
internal static class Thirteen
{
    public static bool TryParse(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.Length != 13)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }

            number = (number * 10) + (character - '0');
        }

        return number % 10 == CheckDigit(number / 10);
    }

    public static long WithCheckDigit(long twelve) => (twelve * 10) + CheckDigit(twelve);

    public static string Text(long number) => number.ToString("D13", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary><c>9-xxxx-xxxxx-12-3</c>: enough for a person to recognise their own number, too little to look anybody up.</summary>
    public static string Masked(long number)
    {
        var text = Text(number);
        return $"{text[0]}-xxxx-xxxxx-{text[10..12]}-{text[12]}";
    }

    // The first digit weighs 13, the twelfth 2.
    private static long CheckDigit(long twelve)
    {
        var sum = 0L;
        for (var weight = 2; weight <= 13; weight++, twelve /= 10)
        {
            sum += twelve % 10 * weight;
        }

        return (11 - (sum % 11)) % 10;
    }
}
