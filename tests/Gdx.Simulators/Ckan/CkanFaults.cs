using System.Collections.Concurrent;

namespace Gdx.Simulators.Ckan;

/// <summary>What goes wrong on purpose at the open catalogue, and how often it was called; everything is off until <c>PUT /ckan/faults</c> says otherwise.</summary>
public sealed class CkanFaults
{
    private readonly ConcurrentDictionary<string, int> calls = new();

    public CkanFaultSettings Now { get; private set; } = new();

    /// <summary>GET, PUT, DELETE /ckan/faults: shows, sets (whole) and clears the faults. GET, DELETE /ckan/calls: <c>{"package_show":2,"package_create":1}</c>.</summary>
    public static void Map(IEndpointRouteBuilder ckan)
    {
        ckan.MapGet("/faults", (CkanFaults faults) => faults.Now);
        ckan.MapPut("/faults", (CkanFaultSettings settings, CkanFaults faults) => faults.Now = settings);
        ckan.MapDelete("/faults", (CkanFaults faults) => faults.Now = new());
        ckan.MapGet("/calls", (CkanFaults faults) => faults.calls);
        ckan.MapDelete("/calls", (CkanFaults faults) => faults.calls.Clear());
    }

    public void Count(string action) => calls.AddOrUpdate(action, 1, (_, count) => count + 1);
}

/// <summary>The knobs. Absent means off.</summary>
public sealed record CkanFaultSettings
{
    /// <summary>Before every answer, in milliseconds.</summary>
    public int LatencyMs { get; init; }

    /// <summary>HTTP status of every answer, as from a proxy in front.</summary>
    public int? Status { get; init; }

    /// <summary>Hangs up instead of doing anything.</summary>
    public bool DropConnections { get; init; }

    /// <summary>Does what was asked for, and hangs up instead of answering.</summary>
    public bool DropAnswers { get; init; }

    /// <summary>As <see cref="DropAnswers"/>, for one action only, such as <c>package_create</c>.</summary>
    public string? DropAnswersOf { get; init; }

    /// <summary>Begins every answer and never ends it.</summary>
    public bool StallAnswers { get; init; }

    /// <summary>200 with something that is not JSON.</summary>
    public bool Garbage { get; init; }
}
