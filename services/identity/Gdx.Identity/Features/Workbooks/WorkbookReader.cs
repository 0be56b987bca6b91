using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Identity.Features;

/// <summary>A row of a list, as Excel numbers it, with one text for each column of the form.</summary>
public sealed record WorkbookRow(int Number, IReadOnlyList<string> Cells);

/// <summary>Reads a list from an Excel file that anyone may have sent: what is no plain list is refused, each in its own words.</summary>
public static class WorkbookReader
{
    public const int MostRows = 10_000;
    private const int LargestText = 1000; // Longer than any column takes.
    private const int MostParts = 200; // A list has about ten.
    private const long LargestUnpacked = 64 * 1024 * 1024; // 10,000 rows are about 5 MB of XML.

    /// <summary>The rows with content below the headings; what is wrong with single cells is added to <paramref name="faults"/>.</summary>
    public static List<WorkbookRow> Read(byte[] file, WorkbookForm form, RowFaults faults)
    {
        CheckPackage(file);
        try
        {
            using var document = SpreadsheetDocument.Open(new MemoryStream(file, writable: false), isEditable: false, new() { AutoSave = false });
            return document.DocumentType == SpreadsheetDocumentType.Workbook ? Read(document.WorkbookPart!, form, faults) : throw Macros();
        }
        catch (Exception exception) when (exception is OpenXmlPackageException or XmlException or InvalidDataException or FormatException or NullReferenceException or ArgumentException or IOException or InvalidOperationException or UriFormatException or OverflowException or NotSupportedException)
        {
            throw Unreadable(); // The library answers broken files with whatever it stumbles over.
        }
    }

    /// <summary>Before the library sees it: a zip archive, not too large when unpacked really, without macros.</summary>
    private static void CheckPackage(byte[] file)
    {
        // D0CF11E0 begins the old format, and also a new one that is locked with a password.
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw Refusal("identity.workbook.protected", "The file is locked with a password or in the old .xls format. Save it as .xlsx without a password.");
        }

        try
        {
            using var zip = new ZipArchive(new MemoryStream(file, writable: false));
            if (zip.Entries.Count > MostParts)
            {
                throw Bomb();
            }

            if (zip.Entries.Any(entry => entry.Name.Contains("vbaProject", StringComparison.OrdinalIgnoreCase) || entry.FullName.Contains("/macrosheets/", StringComparison.OrdinalIgnoreCase)))
            {
                throw Macros();
            }

            var (unpacked, buffer) = (0L, new byte[64 * 1024]);
            foreach (var entry in zip.Entries)
            {
                using var part = entry.Open();
                for (int read; (read = part.Read(buffer)) > 0;)
                {
                    if ((unpacked += read) > LargestUnpacked)
                    {
                        throw Bomb();
                    }
                }
            }
        }
        catch (InvalidDataException)
        {
            throw Unreadable();
        }
    }

    private static List<WorkbookRow> Read(WorkbookPart workbook, WorkbookForm form, RowFaults faults)
    {
        var sheets = workbook.Workbook!.Sheets!.Elements<Sheet>().ToList();
        var sheet = sheets.Find(one => one.Name?.Value == form.Sheet);
        if (sheet?.Id?.Value is not { } id || sheets.Exists(one => one != sheet && one.Name?.Value != WorkbookForm.HelpSheet)
            || workbook.GetPartById(id) is not WorksheetPart part)
        {
            throw Refusal("identity.workbook.sheet", $"The file must have the sheet \"{form.Sheet}\" of the template and no others. Fill in the template.");
        }

        var texts = SharedTexts(workbook);
        var rows = new List<WorkbookRow>();
        using var reader = OpenXmlReader.Create(part);
        var (number, headed) = (0, false);
        while (reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement)
            {
                continue;
            }

            var row = (Row)reader.LoadCurrentElement()!;
            number = (int?)row.RowIndex?.Value ?? number + 1;
            if (!headed)
            {
                CheckHeadings(number == 1 ? Cells(row, 1, form, texts, new RowFaults()) : [], form);
                headed = true;
                continue;
            }

            var before = faults.Count;
            var cells = Cells(row, number, form, texts, faults);
            if (faults.Count > before || cells.Any(cell => cell.Length > 0))
            {
                rows.Add(new(number, cells));
            }

            if (rows.Count > MostRows)
            {
                throw Refusal("identity.workbook.too_many_rows", string.Create(CultureInfo.InvariantCulture, $"The list has more than {MostRows} rows. Send it in parts."));
            }
        }

        CheckHeadings(headed ? null : [], form);
        return rows;
    }

    private static void CheckHeadings(string[]? found, WorkbookForm form)
    {
        if (found is not null && !found.SequenceEqual(form.Columns.Select(column => column.Heading)))
        {
            throw Refusal("identity.workbook.header", $"The first row must have the headings of the template: {string.Join(", ", form.Columns.Select(column => column.Heading))}.");
        }
    }

    private static string[] Cells(Row row, int number, WorkbookForm form, List<string> texts, RowFaults faults)
    {
        var cells = Enumerable.Repeat("", form.Columns.Count).ToArray();
        var column = -1;
        foreach (var cell in row.Elements<Cell>())
        {
            column = cell.CellReference?.Value is { } place ? Column(place) : column + 1;
            var name = Letters(column);
            if (cell.CellFormula is not null)
            {
                faults.Add(number, name, "มีสูตร ใส่ได้เฉพาะข้อความ", "holds a formula: only text is taken");
                continue;
            }

            var text = Text(cell, texts).Trim();
            if (text.Length == 0)
            {
                continue;
            }

            if (column >= cells.Length)
            {
                faults.Add(number, name, "อยู่นอกคอลัมน์ของแบบฟอร์ม", "is outside the columns of the template");
            }
            else if (cell.DataType?.Value is var type && (type is null || type == CellValues.Number || type == CellValues.Date || type == CellValues.Boolean || type == CellValues.Error))
            {
                // 1 may have been 00001, and 45000 a day: what was typed cannot be told any more.
                faults.Add(number, name, "ต้องเป็นข้อความ ไม่ใช่ตัวเลขหรือวันที่ของ Excel", "must be text, not a number or date of Excel: set the cell's format to Text and type it again");
            }
            else if (text.Length > LargestText)
            {
                faults.Add(number, name, "ยาวเกินไป", "is too long");
            }
            else
            {
                cells[column] = text;
            }
        }

        return cells;
    }

    private static string Text(Cell cell, List<string> texts) => cell.DataType?.Value is { } type && type == CellValues.SharedString
        ? texts[int.Parse(cell.CellValue!.Text, NumberStyles.None, CultureInfo.InvariantCulture)]
        : cell.InlineString is { } inline ? Plain(inline) : cell.CellValue?.Text ?? "";

    private static List<string> SharedTexts(WorkbookPart workbook)
    {
        var texts = new List<string>();
        if (workbook.SharedStringTablePart is { } part)
        {
            using var reader = OpenXmlReader.Create(part);
            while (reader.Read())
            {
                if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement)
                {
                    texts.Add(Plain((SharedStringItem)reader.LoadCurrentElement()!));
                }
            }
        }

        return texts;
    }

    // A text may be in several runs of different looks; phonetic hints beside them are not part of it.
    private static string Plain(RstType item) => item.Text is { } text ? text.Text : string.Concat(item.Elements<Run>().Select(run => run.Text?.Text));

    private static int Column(string place)
    {
        var column = 0;
        foreach (var letter in place.TakeWhile(char.IsAsciiLetterUpper))
        {
            column = (column * 26) + (letter - 'A' + 1);
        }

        return column is >= 1 and <= 16_384 ? column - 1 : throw new FormatException();
    }

    private static string Letters(int column) => column < 26 ? $"{(char)('A' + column)}" : Letters((column / 26) - 1) + (char)('A' + (column % 26));

    private static RpcException Refusal(string code, string message) => Problems.Rpc(StatusCode.InvalidArgument, code, message);

    private static RpcException Macros() => Refusal("identity.workbook.macros", "The file holds macros. Save it as .xlsx without them.");

    private static RpcException Bomb() => Refusal("identity.workbook.bomb", "The file unpacks to far more than a list needs.");

    private static RpcException Unreadable() => Refusal("identity.workbook.unreadable", "The file is not an Excel workbook (.xlsx) that can be read.");
}

/// <summary>What is wrong with single cells, by row.</summary>
public sealed class RowFaults
{
    private const int MostTold = 1000; // Nobody mends more by hand before sending again.

    private readonly List<RowFault> told = [];

    public int Count { get; private set; }

    public IReadOnlyList<RowFault> Told => told;

    public void Add(int row, string column, string thai, string english)
    {
        if (++Count <= MostTold)
        {
            told.Add(new() { Row = row, Column = column, TextTh = $"แถว {row} คอลัมน์ {column}: {thai}", TextEn = $"Row {row}, column {column}: {english}" });
        }
    }

    /// <summary>The text of a cell; what is missing, too long or unprintable is added to the faults.</summary>
    public string Text(int row, string column, string value, int longest, bool needed = false)
    {
        if (needed && value.Length == 0)
        {
            Add(row, column, "ต้องไม่ว่าง", "must not be empty");
        }
        else if (value.Length > longest)
        {
            Add(row, column, $"ยาวเกิน {longest} ตัวอักษร", $"is longer than {longest} characters");
        }
        else if (value.Any(Fields.IsUnprintable))
        {
            Add(row, column, "มีอักขระที่พิมพ์ไม่ได้", "holds characters that cannot be printed");
        }

        return value;
    }
}
