using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>One line of a list of officers: in which group, who, from when until when (null: as the group).</summary>
public sealed record OfficerRow(int Number, string Group, string Officer, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>
/// A list of officers as CSV, as a spreadsheet saves it ("CSV UTF-8"):
/// <code>
/// group,officer,valid_from,valid_until
/// งานทะเบียน,01890a5d-ac96-774b-bcce-b302099a8057,2569-10-01,2570-09-30
/// </code>
/// </summary>
public static partial class OfficerList
{
    public const int Largest = 10 * 1024 * 1024;
    public const int MostRows = 10_000;
    private const int LongestCell = 254; // A group's name has at most 200.

    private static readonly string[][] Headings = [["group", "officer", "valid_from", "valid_until"], ["กลุ่ม", "เจ้าหน้าที่", "ตั้งแต่", "ถึง"]];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly TimeSpan Thailand = TimeSpan.FromHours(7);

    /// <summary>The rows below the headings; what is wrong with single cells is added to <paramref name="faults"/>.</summary>
    public static List<OfficerRow> Read(byte[] file, OfficerFaults faults)
    {
        try
        {
            // PK begins a zip archive, such as .xlsx.
            using var text = new StringReader(file.AsSpan().StartsWith("PK"u8) ? throw Unreadable() : Utf8.GetString(file).TrimStart('\uFEFF'));
            using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { Mode = CsvMode.RFC4180, TrimOptions = TrimOptions.Trim, IgnoreBlankLines = true });
            if (!csv.Read() || !Headings.Any(headings => headings.SequenceEqual(csv.Record!)))
            {
                throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.import.header", $"The first line must be: {string.Join(',', Headings[0])}");
            }

            var rows = new List<OfficerRow>();
            while (csv.Read())
            {
                if (rows.Count == MostRows)
                {
                    throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.import.too_many_rows", $"The list has more than {MostRows} rows. Send it in parts.");
                }

                rows.Add(Row(csv.RawRow, csv.Record!, faults));
            }

            if (rows.Count == 0)
            {
                faults.Add(2, "group", "ไม่มีข้อมูล", "there is no row");
            }

            return rows;
        }
        catch (Exception exception) when (exception is CsvHelperException or DecoderFallbackException)
        {
            throw Unreadable();
        }
    }

    private static OfficerRow Row(int number, string[] cells, OfficerFaults faults)
    {
        if (cells.Length != Headings[0].Length || cells.Any(cell => cell.Length > LongestCell || cell.Any(char.IsControl)))
        {
            faults.Add(number, "group", "ต้องมีสี่คอลัมน์ แต่ละช่องไม่เกิน 254 ตัวอักษร", "must have four columns of at most 254 printable characters");
            return new(number, "", "", null, null);
        }

        if (cells[0].Length == 0)
        {
            faults.Add(number, "group", "ต้องไม่ว่าง", "must not be empty");
        }

        if (cells[1].Length == 0)
        {
            faults.Add(number, "officer", "ต้องไม่ว่าง", "must not be empty");
        }

        var (from, until) = (Day(number, "valid_from", cells[2], faults), Day(number, "valid_until", cells[3], faults)?.AddDays(1)); // The last day counts.
        if ((cells[2].Length == 0) != (cells[3].Length == 0) || until <= from)
        {
            faults.Add(number, "valid_until", "ต้องมีทั้งวันเริ่มและวันสิ้นสุด และสิ้นสุดไม่ก่อนวันเริ่ม หรือเว้นว่างทั้งคู่", "both days must be given, the last not before the first, or neither");
        }

        return new(number, cells[0], cells[1], from, until);
    }

    /// <summary>The beginning of a Thai day; years from 2400 on are Buddhist.</summary>
    private static DateTimeOffset? Day(int number, string column, string cell, OfficerFaults faults)
    {
        if (cell.Length == 0)
        {
            return null;
        }

        if (Date().Match(cell) is { Success: true } match)
        {
            var (year, month, day) = (Number(match, 1), Number(match, 2), Number(match, 3));
            year = year >= 2400 ? year - 543 : year;
            if (year is >= 2000 and < 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month))
            {
                return new DateTimeOffset(year, month, day, 0, 0, 0, Thailand).ToUniversalTime();
            }
        }

        faults.Add(number, column, "ต้องเป็นวันที่ เช่น 2569-10-01", "must be a day such as 2026-10-01 or 2569-10-01");
        return null;

        static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static RpcException Unreadable() =>
        Problems.Rpc(StatusCode.InvalidArgument, "entitlement.import.unreadable", "The file is no CSV in UTF-8. In a spreadsheet choose \"Save as: CSV UTF-8\".");

    [GeneratedRegex(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})\z")]
    private static partial Regex Date();
}

/// <summary>What is wrong with single cells of a list.</summary>
public sealed class OfficerFaults
{
    private const int MostTold = 1000; // Nobody mends more by hand before sending again.

    private readonly List<ImportFault> told = [];

    public int Count { get; private set; }

    public IReadOnlyList<ImportFault> Told => told;

    public void Add(int row, string column, string thai, string english)
    {
        if (++Count <= MostTold)
        {
            told.Add(new() { Row = row, Column = column, TextTh = $"แถว {row} {column}: {thai}", TextEn = $"Row {row}, {column}: {english}" });
        }
    }
}
