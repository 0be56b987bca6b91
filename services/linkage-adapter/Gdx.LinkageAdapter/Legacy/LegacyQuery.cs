using System.Buffers;
using System.Text;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>
/// The query string of the legacy wire, read strictly: a name that is given twice, a broken percent escape, text that is not UTF-8 or a
/// control character is an error and not a guess. Names are compared without regard to case, as the gateway's own servers do, so that
/// client programs with another spelling keep working; names that nobody asked for are let pass (some clients add one against caches).
/// </summary>
public static class LegacyQuery
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("%+");

    /// <summary>Fills <paramref name="values"/> with the values of <paramref name="names"/>, null where absent; answers what is wrong, null if nothing.</summary>
    public static string? Read(string query, ReadOnlySpan<string> names, Span<string?> values)
    {
        values.Clear();
        foreach (var range in query.AsSpan().TrimStart('?').Split('&'))
        {
            var pair = query.AsSpan().TrimStart('?')[range];
            var equals = pair.IndexOf('=');
            if (!TryDecode(equals < 0 ? pair : pair[..equals], out var name) || !TryDecode(equals < 0 ? default : pair[(equals + 1)..], out var value))
            {
                return "The query string has a broken percent escape, a control character or text that is not UTF-8.";
            }

            for (var i = 0; i < names.Length; i++)
            {
                if (!name.Equals(names[i], StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                if (values[i] is not null)
                {
                    return $"{names[i]} is given more than once.";
                }

                values[i] = value;
            }
        }

        return null;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        decoded = "";
        if (text.IndexOfAny(Escaped) < 0)
        {
            decoded = text.ToString();
            return !HasControl(decoded);
        }

        var bytes = new byte[text.Length * 3];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text.Slice(i, 1), bytes.AsSpan(length));
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                return false;
            }
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return !HasControl(decoded);
    }

    private static bool HasControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
