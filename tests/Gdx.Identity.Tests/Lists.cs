using System.IO.Compression;
using System.Security;
using System.Text;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;

namespace Gdx.Identity.Tests;

/// <summary>Excel files as people send them, written part by part, so that anything about them can be wrong.</summary>
internal static class Lists
{
    public const string BranchSheet = "สาขา (Branches)";
    public const string BodySheet = "หน่วยงานของรัฐ (Bodies)";
    public static readonly string[] BranchHeadings = ["รหัสสาขา (Code)", "ชื่อสาขาภาษาไทย (Thai name)", "ชื่อสาขาภาษาอังกฤษ (English name)", "จังหวัด (Province)", "ที่อยู่ (Address)"];
    public static readonly string[] BodyHeadings =
        ["เลขนิติบุคคล (Juristic number)", "ชื่อภาษาไทย (Thai name)", "ชื่อภาษาอังกฤษ (English name)", "ประเภท (Kind)", "โดเมนอีเมล (Mail domains)", "เลขนิติบุคคลของส่วนกลาง (Central body)"];

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>A workbook with one sheet of these rows, all text.</summary>
    public static byte[] Workbook(string sheet, IEnumerable<string[]> rows, Action<Dictionary<string, string>>? change = null) =>
        Raw(sheet, string.Concat(rows.Select((cells, row) => $"<row r=\"{row + 1}\">{string.Concat(cells.Select((text, column) => text.Length == 0 ? "" : Cell(row + 1, column, text)))}</row>")), change);

    /// <summary>A workbook with one sheet of this XML; <paramref name="change"/> may change every part.</summary>
    public static byte[] Raw(string sheet, string rows, Action<Dictionary<string, string>>? change = null)
    {
        var parts = new Dictionary<string, string>
        {
            ["[Content_Types].xml"] = """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>
                <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
                """,
            ["_rels/.rels"] = $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
            ["xl/workbook.xml"] = $"""<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>""",
            ["xl/_rels/workbook.xml.rels"] = $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
            ["xl/worksheets/sheet1.xml"] = $"""<worksheet xmlns="{Main}"><sheetData>{rows}</sheetData></worksheet>""",
        };
        change?.Invoke(parts);
        return Zip(parts.Select(part => (part.Key, Encoding.UTF8.GetBytes(part.Value))));
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in parts)
            {
                using var part = zip.CreateEntry(name).Open();
                part.Write(content);
            }
        }

        return file.ToArray();
    }

    public static string Cell(int row, int column, string text) => $"<c r=\"{(char)('A' + column)}{row}\" t=\"inlineStr\"><is><t>{SecurityElement.Escape(text)}</t></is></c>";

    /// <summary>The row of headings as XML.</summary>
    public static string Headings(string[] headings) => $"<row r=\"1\">{string.Concat(headings.Select((text, column) => Cell(1, column, text)))}</row>";

    public static async Task<ImportReport> ImportAsync(IdentityApp app, Metadata who, string agency, byte[] file, long? size = null)
    {
        using var call = app.Branches.Import(who);
        await call.RequestStream.WriteAsync(new() { Start = new() { AgencyId = agency, Size = size ?? file.Length } });
        await Paper.SendAsync(call.RequestStream, file, 300_000, chunk => new ImportBranchesRequest { Chunk = chunk });
        return await call;
    }

    public static async Task<ImportReport> ImportBodiesAsync(IdentityApp app, byte[] file)
    {
        using var call = app.GovernmentBodies.Import(await app.AsAsync(IdentityApp.Maker));
        await call.RequestStream.WriteAsync(new() { Start = new() { Size = file.Length } });
        await Paper.SendAsync(call.RequestStream, file, 300_000, chunk => new ImportGovernmentBodiesRequest { Chunk = chunk });
        return await call;
    }
}
