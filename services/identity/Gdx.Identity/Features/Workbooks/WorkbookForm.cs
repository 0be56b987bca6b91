using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Gdx.Identity.Features;

/// <summary>A column of a list: its heading, and what goes into it.</summary>
public sealed record WorkbookColumn(string Heading, string HelpTh, string HelpEn);

/// <summary>The form of a list that arrives as an Excel file: one sheet with these headings, every cell text.</summary>
public sealed record WorkbookForm(string FileName, string Sheet, IReadOnlyList<WorkbookColumn> Columns)
{
    /// <summary>The sheet of the template that explains the columns; it may stay in the file.</summary>
    public const string HelpSheet = "คำอธิบาย (Help)";

    /// <summary>The empty list as an .xlsx file.</summary>
    public Contracts.V1.Workbook Template()
    {
        using var file = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.Workbook = new(new Sheets());
            // Style 1 is text: Excel would make 1 of the code 00001 otherwise.
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new(
                new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()),
                new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 49, ApplyNumberFormat = true }));
            AddSheet(workbook, Sheet, [[.. Columns.Select(column => column.Heading)]]);
            AddSheet(workbook, HelpSheet, [.. Columns.Select(column => new[] { column.Heading, column.HelpTh, column.HelpEn })]);
        }

        return new() { FileName = FileName, Content = Google.Protobuf.ByteString.CopyFrom(file.ToArray()) };
    }

    private static void AddSheet(WorkbookPart workbook, string name, IReadOnlyList<string[]> rows)
    {
        var part = workbook.AddNewPart<WorksheetPart>();
        part.Worksheet = new(
            new Columns(new Column { Min = 1, Max = 20, Width = 32, CustomWidth = true, Style = 1 }),
            new SheetData(rows.Select(cells => new Row(cells.Select(text => new Cell { DataType = CellValues.InlineString, StyleIndex = 1, InlineString = new(new Text(text)) })))));
        var sheets = workbook.Workbook!.GetFirstChild<Sheets>()!;
        sheets.AppendChild(new Sheet { Id = workbook.GetIdOfPart(part), SheetId = (uint)sheets.ChildElements.Count + 1, Name = name });
    }
}
