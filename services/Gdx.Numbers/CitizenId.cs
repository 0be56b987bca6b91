namespace Gdx.Numbers;

/// <summary>A Thai citizen number (เลขประจำตัวประชาชน): 13 digits with a valid check digit. Its text form is masked, so that it cannot be written down by accident.</summary>
public readonly record struct CitizenId
{
    private CitizenId(long number) => Number = number;

    /// <summary>As the Linkage Center writes it in JSON.</summary>
    public long Number { get; }

    /// <summary>The 13 digits, plain: for the source and for the keyed hash, never for a log.</summary>
    public string Value => Thirteen.Text(Number);

    /// <summary>Exactly 13 ASCII digits (no Thai digits, spaces or hyphens) with the right check digit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CitizenId id)
    {
        var valid = Thirteen.TryParse(text, out var number);
        id = valid ? new(number) : default;
        return valid;
    }

    /// <summary>A number that is assigned to nobody (it starts with 9); the same for the same <paramref name="n"/>.</summary>
    public static CitizenId Synthetic(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return new(Thirteen.WithCheckDigit(900_000_000_000 + n));
    }

    /// <summary>Masked: <c>9-xxxx-xxxxx-12-3</c>.</summary>
    public override string ToString() => Thirteen.Masked(Number);
}
