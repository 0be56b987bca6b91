using System.Text;

namespace Gdx.Letters.Tests;

internal static class Paper
{
    /// <summary>A PDF of one empty page with something in its catalog.</summary>
    public static byte[] Pdf(string inside = "", string page = "/Type /Page") => Encoding.Latin1.GetBytes($"""
        %PDF-1.7
        1 0 obj
        << /Type /Catalog /Pages 2 0 R {inside} >>
        endobj
        2 0 obj
        << /Type /Pages /Kids [3 0 R] /Count 1 >>
        endobj
        3 0 obj
        << {page} /Parent 2 0 R /MediaBox [0 0 595 842] >>
        endobj
        trailer
        << /Root 1 0 R /Size 4 >>
        startxref
        0
        %%EOF

        """);
}
