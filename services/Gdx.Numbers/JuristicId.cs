namespace Gdx.Numbers;

/// <summary>The registration number of a juristic person or government body: 13 digits, the first 0, checked like a citizen number. Masked as text.</summary>
public readonly record struct JuristicId
{
    private JuristicId(long number) => Number = number;

    /// <summary>The number without its leading zero.</summary>
    public long Number { get; }

    /// <summary>The 13 digits, plain.</summary>
    public string Value => Thirteen.Text(Number);

    /// <summary>Exactly 13 ASCII digits, the first 0, with the right check digit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JuristicId id)
    {
        var valid = Thirteen.TryParse(text, out var number) && text[0] == '0';
        id = valid ? new(number) : default;
        return valid;
    }

    /// <summary>A number from a block (0999…) that no registry gives out; the same for the same <paramref name="n"/>, 0 to 99 999 999.</summary>
    public static JuristicId Synthetic(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 99_999_999);
        return new(Thirteen.WithCheckDigit(99_900_000_000 + n));
    }

    /// <summary>Masked: <c>0-xxxx-xxxxx-12-3</c>.</summary>
    public override string ToString() => Thirteen.Masked(Number);
}
