using System.IO.Compression;
using System.Text;

namespace Gdx.Letters;

/// <summary>What a file that claims to be a letter in PDF turns out to be.</summary>
public enum PdfKind
{
    Letter,
    NotPdf,
    Encrypted,
    ActiveContent,
}

/// <summary>
/// Looks into a PDF as far as a letter needs it: whole, with a page, readable, and nothing in it that runs, opens or hides another file.
/// Reads names outside strings, comments and stream data, and those inside compressed object streams, where newer files keep their objects.
/// </summary>
public static class PdfFile
{
    private const int LargestInflated = 32 * 1024 * 1024; // Object streams of a 10 MB letter are far smaller; more is a bomb.

    private static readonly HashSet<string> Active =
        ["JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "ImportData", "SubmitForm", "Movie", "Sound", "3D"];

    /// <summary>Decides about the whole file.</summary>
    public static PdfKind Look(ReadOnlySpan<byte> file)
    {
        // Sample: "%PDF-1.7 … %%EOF\n". Readers forgive a few bytes before and some hundred after; a letter has none before.
        if (!file.StartsWith("%PDF-"u8) || file[^Math.Min(1024, file.Length)..].LastIndexOf("%%EOF"u8) < 0)
        {
            return PdfKind.NotPdf;
        }

        var found = new Findings();
        Scan(file, found, nested: false);
        return found.Bomb || !found.Page ? PdfKind.NotPdf : found.Encrypted ? PdfKind.Encrypted : found.Active ? PdfKind.ActiveContent : PdfKind.Letter;
    }

    private static void Scan(ReadOnlySpan<byte> bytes, Findings found, bool nested)
    {
        var (at, last, objectStream, flate) = (0, "", false, false);
        while (at < bytes.Length && !found.Bomb)
        {
            switch (bytes[at])
            {
                case (byte)'%':
                    at = bytes[at..].IndexOfAny((byte)'\r', (byte)'\n') is var end && end < 0 ? bytes.Length : at + end;
                    break;
                case (byte)'(':
                    at = AfterString(bytes, at);
                    break;
                case (byte)'/':
                    var name = Name(bytes, ref at);
                    found.Encrypted |= name == "Encrypt";
                    found.Active |= Active.Contains(name);
                    found.Page |= name == "Page" && last == "Type";
                    objectStream |= name == "ObjStm";
                    flate |= name is "FlateDecode" or "Fl";
                    last = name;
                    break;
                case (byte)'s' when !nested && bytes[at..].StartsWith("stream"u8) && (at == 0 || !char.IsAsciiLetter((char)bytes[at - 1])):
                    var body = bytes[(at + 6)..];
                    body = body.StartsWith("\r\n"u8) ? body[2..] : body.StartsWith("\n"u8) ? body[1..] : body;
                    var length = body.IndexOf("endstream"u8);
                    if (length < 0)
                    {
                        return;
                    }

                    if (objectStream)
                    {
                        Inflate(body[..length], flate, found);
                    }

                    at = bytes.Length - body.Length + length + "endstream".Length;
                    (objectStream, flate) = (false, false);
                    break;
                case (byte)'e' when bytes[at..].StartsWith("endobj"u8):
                    (at, objectStream, flate) = (at + 6, false, false);
                    break;
                default:
                    at++;
                    break;
            }
        }
    }

    private static void Inflate(ReadOnlySpan<byte> body, bool flate, Findings found)
    {
        if (!flate)
        {
            Scan(body, found, nested: true);
            return;
        }

        try
        {
            using var inflated = new MemoryStream();
            using var zlib = new ZLibStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[64 * 1024];
            for (int read; (read = zlib.Read(buffer)) > 0 && !found.Bomb;)
            {
                inflated.Write(buffer, 0, read);
                found.Bomb = (found.Inflated += read) > LargestInflated;
            }

            Scan(inflated.GetBuffer().AsSpan(0, (int)inflated.Length), found, nested: true);
        }
        catch (InvalidDataException)
        {
            found.Encrypted = true; // What cannot be looked into is treated like what is locked.
        }
    }

    // "(a \) b (c) d)": nested, with escapes.
    private static int AfterString(ReadOnlySpan<byte> bytes, int at)
    {
        for (var depth = 0; at < bytes.Length; at++)
        {
            switch (bytes[at])
            {
                case (byte)'\\': at++; break;
                case (byte)'(': depth++; break;
                case (byte)')' when --depth == 0: return at + 1;
            }
        }

        return bytes.Length;
    }

    // "/J#61vaScript" is JavaScript.
    private static string Name(ReadOnlySpan<byte> bytes, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < bytes.Length && bytes[at] > 32 && !"()<>[]{}/%"u8.Contains(bytes[at]); at++)
        {
            if (bytes[at] == '#' && at + 2 < bytes.Length && Uri.IsHexDigit((char)bytes[at + 1]) && Uri.IsHexDigit((char)bytes[at + 2]))
            {
                name.Append((char)((Uri.FromHex((char)bytes[at + 1]) << 4) + Uri.FromHex((char)bytes[at + 2])));
                at += 2;
            }
            else if (name.Length < 128)
            {
                name.Append((char)bytes[at]);
            }
        }

        return name.ToString();
    }

    private sealed class Findings
    {
        public bool Page { get; set; }

        public bool Encrypted { get; set; }

        public bool Active { get; set; }

        public bool Bomb { get; set; }

        public long Inflated { get; set; }
    }
}
