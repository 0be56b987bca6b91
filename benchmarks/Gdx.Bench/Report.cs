using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gdx.Bench;

/// <summary>One measured number beside the same number of a peer in the same run; n runs of each, medians.</summary>
internal sealed record Row(string Name, string Unit, double Value, string Peer, double PeerValue, double Ratio, int N);

/// <summary>The table on the console and <c>artifacts/bench.json</c>.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(IReadOnlyList<Row> rows, string file, CancellationToken ct)
    {
        Console.WriteLine();
        Console.WriteLine($"{"",-52} {"",-8} {"exchange",10} {"peer",10} {"ratio",7} {"n",3}");
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-52} {row.Unit,-8} {Number(row.Value),10} {Number(row.PeerValue),10} {row.Ratio,7:0.00} {row.N,3}  {row.Peer}"));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(rows.Select(row => row with { Value = Round(row.Value), PeerValue = Round(row.PeerValue), Ratio = Math.Round(row.Ratio, 3) }), Json) + "\n", ct);
        Console.WriteLine($"\nWritten to {file}. Absolute numbers are this machine's in these minutes; the ratios are what compares.");
    }

    private static double Round(double number) => Math.Round(number, number < 100 ? 3 : 0);

    private static string Number(double number) => number.ToString(number < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
