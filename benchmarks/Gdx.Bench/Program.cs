using System.Runtime.InteropServices;
using Gdx.Bench;

// (nothing) or --seconds N: measures, N seconds per run. proxy SOURCE: the peer, started by the bench itself.
if (args is ["proxy", var source])
{
    await BareProxy.RunAsync(source);
    return 0;
}

var seconds = 6; // With four runs of three targets at two widths: about two and a half minutes, start and warming up not counted.
if (args is not [] && !(args is ["--seconds", var given] && int.TryParse(given, out seconds) && seconds is >= 1 and <= 60))
{
    await Console.Error.WriteLineAsync("usage: Gdx.Bench [--seconds 1-60]");
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await LinkedDataBench.RunAsync(TimeSpan.FromSeconds(seconds), stop.Token);
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
