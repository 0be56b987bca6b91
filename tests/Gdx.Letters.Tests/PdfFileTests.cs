using System.IO.Compression;
using System.Text;

namespace Gdx.Letters.Tests;

public sealed class PdfFileTests
{
    private static readonly Dictionary<string, (PdfKind Kind, byte[] File)> Table = new()
    {
        ["a page"] = (PdfKind.Letter, Paper.Pdf()),
        ["a page whose name is written in hexadecimal"] = (PdfKind.Letter, Paper.Pdf(page: "/Type /P#61ge")),
        ["a page without a space"] = (PdfKind.Letter, Paper.Pdf(page: "/Type/Page")),
        ["a page in a compressed object stream"] = (PdfKind.Letter, Paper.Pdf(Stream("/Type /ObjStm /Filter /FlateDecode", Deflate("<< /Type /Page >>")), page: "")),
        ["a page in a plain object stream"] = (PdfKind.Letter, Paper.Pdf(Stream("/Type /ObjStm", "<< /Type /Page >>"u8), page: "")),
        ["the word JavaScript in a text"] = (PdfKind.Letter, Paper.Pdf("/Title (on /JavaScript \\( and \\) \\\\ (/JS))")),
        ["the word JavaScript in a comment"] = (PdfKind.Letter, Paper.Pdf("% /JavaScript\n")),
        ["the letters of JavaScript in a picture"] = (PdfKind.Letter, Paper.Pdf(Stream("/Subtype /Image", "...../JS ../Encrypt /JavaScript "u8))),
        ["bytes after the end"] = (PdfKind.Letter, [.. Paper.Pdf(), .. new byte[900]]),
        ["the end too far from the end"] = (PdfKind.NotPdf, [.. Paper.Pdf(), .. new byte[1100]]),
        ["nothing"] = (PdfKind.NotPdf, []),
        ["only a beginning"] = (PdfKind.NotPdf, "%PDF-1.7"u8.ToArray()),
        ["only beginning and end"] = (PdfKind.NotPdf, "%PDF-1.7\n%%EOF"u8.ToArray()),
        ["a page only in a text"] = (PdfKind.NotPdf, Paper.Pdf("/Title (/Type /Page)", page: "")),
        ["a stream without end"] = (PdfKind.NotPdf, Paper.Pdf("<< >>\nstream\n", page: "/Type /Page")),
        ["a locked file"] = (PdfKind.Encrypted, Paper.Pdf("/Encrypt 9 0 R")),
        ["a locked file in disguise"] = (PdfKind.Encrypted, Paper.Pdf("/#45ncrypt 9 0 R")),
        ["an object stream that cannot be read"] = (PdfKind.Encrypted, Paper.Pdf(Stream("/Type /ObjStm /Filter /FlateDecode", "nonsense that is not compressed"u8))),
        ["a script"] = (PdfKind.ActiveContent, Paper.Pdf("/S /JavaScript")),
        ["a script in disguise"] = (PdfKind.ActiveContent, Paper.Pdf("/S /J#61va#53cript")),
        ["a script after a text with brackets"] = (PdfKind.ActiveContent, Paper.Pdf("/Title (a \\) b) /JS (x)")),
        ["a script in a compressed object stream"] = (PdfKind.ActiveContent, Paper.Pdf(Stream("/Type /ObjStm /Filter /FlateDecode", Deflate("<< /S /JavaScript >>")))),
        ["a program to start"] = (PdfKind.ActiveContent, Paper.Pdf("/S /Launch")),
        ["another file inside"] = (PdfKind.ActiveContent, Paper.Pdf("/Names << /EmbeddedFiles 7 0 R >>")),
        ["a form that is a program"] = (PdfKind.ActiveContent, Paper.Pdf("/AcroForm << /XFA 7 0 R >>")),
        ["a form that sends"] = (PdfKind.ActiveContent, Paper.Pdf("/S /SubmitForm")),
        ["a bomb"] = (PdfKind.NotPdf, Paper.Pdf(Stream("/Type /ObjStm /Filter /FlateDecode", Deflate(new string(' ', 33 * 1024 * 1024))))),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_told_from_a_letter(string name) => Assert.Equal(Table[name].Kind, PdfFile.Look(Table[name].File));

    [Fact]
    public void Whatever_the_bytes_are_looking_at_them_ends()
    {
        var random = new Random(4);
        for (var n = 0; n < 2000; n++)
        {
            var file = Paper.Pdf("/Title (x) /JS");
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            Assert.True(Enum.IsDefined(PdfFile.Look(file)));
        }
    }

    private static string Stream(string dictionary, ReadOnlySpan<byte> body) => $">>\nendobj\n5 0 obj\n<< {dictionary} /Length {body.Length} >>\nstream\n{Encoding.Latin1.GetString(body)}\nendstream\nendobj\n6 0 obj\n<<";

    private static byte[] Deflate(string text)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(Encoding.Latin1.GetBytes(text));
        }

        return deflated.ToArray();
    }
}
