using System.Globalization;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>What goes wrong on purpose; everything is off until <c>PUT /lk2/faults</c> says otherwise.</summary>
public sealed class Faults
{
    public FaultSettings Now { get; private set; } = new();

    /// <summary>GET, PUT, DELETE /lk2/faults: shows, sets (whole) and clears the faults; answers the settings in force.</summary>
    public static void Map(IEndpointRouteBuilder lk2)
    {
        lk2.MapGet("/faults", (Faults faults) => faults.Now);
        lk2.MapPut("/faults", (FaultSettings settings, Faults faults) => faults.Now = settings);
        lk2.MapDelete("/faults", (Faults faults) => faults.Now = new());
    }

    /// <summary>In front of every LK2 call: waits, hangs up, answers the broken status or something that is not JSON.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var now = Now;
        if (now.LatencyMs > 0)
        {
            await Task.Delay(now.LatencyMs, context.RequestAborted);
        }

        if (now.DropConnections)
        {
            context.Abort();
        }
        else if (now.Status is { } status)
        {
            await Lk2.WriteErrorAsync(context, status, string.Create(CultureInfo.InvariantCulture, $"simulated fault {status}"));
        }
        else if (now.Garbage)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("<html>proxy error</html>");
        }
        else
        {
            await next(context);
        }
    }
}

/// <summary>The knobs. Absent means off.</summary>
public sealed record FaultSettings
{
    /// <summary>Before every answer of LK2, in milliseconds.</summary>
    public int LatencyMs { get; init; }

    /// <summary>HTTP status of every answer.</summary>
    public int? Status { get; init; }

    /// <summary>Status of every service inside a 200.</summary>
    public int? ServiceStatus { get; init; }

    /// <summary>Hangs up instead of answering.</summary>
    public bool DropConnections { get; init; }

    /// <summary>200 with something that is not JSON.</summary>
    public bool Garbage { get; init; }

    /// <summary>Life of the tokens issued from now on, in seconds; about an hour when absent.</summary>
    public int? TokenSeconds { get; init; }

    /// <summary>By service number: <c>{"10":{"latencyMs":300,"status":503}}</c>.</summary>
    public IReadOnlyDictionary<string, ServiceFault> Services { get; init; } = new Dictionary<string, ServiceFault>();
}

/// <summary>What goes wrong with one service of a request.</summary>
public sealed record ServiceFault(int LatencyMs = 0, int? Status = null);

/// <summary>How often each call arrived, for tests that ask whether the source was called at all.</summary>
public sealed class Calls
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> counts = new();

    public int this[string call] => counts.GetValueOrDefault(call);

    public void Count(string call) => counts.AddOrUpdate(call, 1, (_, count) => count + 1);

    /// <summary>GET, DELETE /lk2/calls: <c>{"login":1,"confirm":1,"renew":0,"request":7}</c>; DELETE starts again from nothing.</summary>
    public static void Map(IEndpointRouteBuilder lk2)
    {
        lk2.MapGet("/calls", (Calls calls) => new { login = calls["login"], confirm = calls["confirm"], renew = calls["renew"], logout = calls["logout"], job = calls["job"], request = calls["request"] });
        lk2.MapDelete("/calls", (Calls calls) => calls.counts.Clear());
    }
}
