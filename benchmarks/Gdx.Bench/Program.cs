using System.Runtime.InteropServices;
using Gdx.Bench;

// (nothing) or --seconds N: measures, N seconds per run. rights [N]: only how rights are kept and revoked, with N grants on the watch stream. catalog: only the search of the dictionary. proxy SOURCE, endpoint: the peers, started by the bench itself.
if (args is ["proxy", var source])
{
    await BareProxy.RunAsync(source);
    return 0;
}

if (args is ["endpoint"])
{
    await BareEndpoint.RunAsync();
    return 0;
}

int? grants = args is ["rights", var many] && int.TryParse(many, out var number) && number is >= 10_000 and <= 1_000_000 ? number : null;
var onlyRights = args is ["rights"] || grants is not null;
var onlySearch = args is ["catalog"];
var seconds = 6; // With four runs of three targets at two widths and of two at one: about three and a half minutes, start and warming up not counted.
if (args is not [] && !onlyRights && !onlySearch && !(args is ["--seconds", var given] && int.TryParse(given, out seconds) && seconds is >= 1 and <= 60))
{
    await Console.Error.WriteLineAsync("usage: Gdx.Bench [--seconds 1-60 | rights [10000-1000000] | catalog]");
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (!onlyRights)
    {
        await Wrk.NeedAsync(stop.Token);
    }

    Console.WriteLine($"Machine: {Environment.ProcessorCount} cores, .NET {Environment.Version}, load {Race.Load()}.");
    if (Race.IsBusy())
    {
        Console.WriteLine("Other programs keep this machine busy: the ratios are rough and the times mean nothing. Measure again when it is quiet.");
    }

    // Before the system is there, which would take its share of the machine.
    List<Row> rows = onlySearch ? [] : [.. WatchScaleBench.Run(stop.Token), .. await RevocationBench.RunAsync(grants, stop.Token)];
    if (onlyRights)
    {
        await Report.WriteAsync(rows, Path.Combine(BenchSystem.Checkout, "artifacts", "bench-rights.json"), stop.Token);
        return 0;
    }

    Console.WriteLine("Starting a system of its own.");
    await using var system = await BenchSystem.StartAsync(stop.Token);
    rows.AddRange(await CatalogSearchBench.RunAsync(system, stop.Token));
    if (onlySearch)
    {
        await Report.WriteAsync(rows, Path.Combine(BenchSystem.Checkout, "artifacts", "bench-catalog.json"), stop.Token);
        return 0;
    }

    rows.AddRange([.. await LinkedDataBench.RunAsync(system, TimeSpan.FromSeconds(seconds), stop.Token), .. await TokenBench.RunAsync(system, TimeSpan.FromSeconds(seconds), stop.Token)]);
    await Report.WriteAsync(rows, Path.Combine(BenchSystem.Checkout, "artifacts", "bench.json"), stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("bench: stopped before its end; nothing was written.");
    return 130;
}
catch (BenchException exception)
{
    await Console.Error.WriteLineAsync($"bench: {exception.Message}");
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
