using System.Globalization;

namespace Gdx.Bench;

/// <summary>Runs targets beside each other, the exchange first among them, on the same machine in the same minutes: ABC then CBA, medians.</summary>
internal static class Race
{
    private const int Rounds = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8); // Until the just-in-time compiler has settled.

    /// <summary>One row for each peer (all targets but the first), width and measured number.</summary>
    public static async Task<IReadOnlyList<Row>> RunAsync(
        Target[] targets, int[] widths, TimeSpan duration, string folder, Func<int, IEnumerable<(string Name, string Unit, Func<Run, double> Number)>> measured, CancellationToken ct)
    {
        foreach (var target in targets)
        {
            await Wrk.RunAsync(target, widths[0], WarmUp, folder, ct);
        }

        var runs = new Dictionary<(string Target, int Width), List<Run>>();
        for (var round = 0; round < Rounds; round++)
        {
            Console.WriteLine($"Round {round + 1} of {Rounds}, {duration.TotalSeconds:0} s a run, load {Load()}.");
            foreach (var width in widths)
            {
                foreach (var target in round % 2 == 0 ? targets : Enumerable.Reverse(targets))
                {
                    var run = await Wrk.RunAsync(target, width, duration, folder, ct);
                    if (!runs.TryAdd((target.Name, width), [run]))
                    {
                        runs[(target.Name, width)].Add(run);
                    }
                }
            }
        }

        return
        [
            .. from width in widths
               from peer in targets[1..]
               from number in measured(width)
               let own = Median(runs[(targets[0].Name, width)].Select(number.Number))
               let others = Median(runs[(peer.Name, width)].Select(number.Number))
               select new Row(number.Name, number.Unit, own, peer.Name, others, own / others, Rounds),
        ];
    }

    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>Whether other programs keep this machine busy.</summary>
    public static bool IsBusy() => double.TryParse(Load(), CultureInfo.InvariantCulture, out var load) && load > Environment.ProcessorCount;

    private static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
