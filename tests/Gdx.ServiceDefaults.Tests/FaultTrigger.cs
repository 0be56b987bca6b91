namespace Gdx.ServiceDefaults.Tests;

/// <summary>Counts what passes between the program and its servers, and acts when the armed point is reached.</summary>
public sealed class FaultTrigger
{
    private readonly Lock gate = new();
    private FaultPoint? point;
    private Action? act;
    private int seen;
    private TaskCompletionSource reached = new();

    /// <summary>Pieces of work (not of start-up) that passed since the last <see cref="Arm"/>.</summary>
    public int Passed { get; private set; }

    /// <summary>Completes once the armed action has run.</summary>
    public Task Reached => reached.Task;

    /// <summary>Counts from now on and runs <paramref name="atPoint"/> at <paramref name="next"/>.</summary>
    public void Arm(FaultPoint? next, Action? atPoint)
    {
        lock (gate)
        {
            (point, act, seen, Passed) = (next, atPoint, 0, 0);
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Called before a piece passes; false when it must not.</summary>
    public bool BeforePassing(string server, Work work, bool toServer)
    {
        lock (gate)
        {
            Passed += work == Work.Other ? 0 : 1;
            if (point is null || (point.Server, point.Work, point.ToServer) != (server, work, toServer) || ++seen < point.Nth || !point.BeforeItPasses)
            {
                return true;
            }

            Fire();
            return false;
        }
    }

    /// <summary>Called after a piece passed.</summary>
    public void AfterPassing(string server, Work work, bool toServer)
    {
        lock (gate)
        {
            if (point is { BeforeItPasses: false } && (point.Server, point.Work, point.ToServer) == (server, work, toServer) && seen >= point.Nth)
            {
                Fire();
            }
        }
    }

    private void Fire()
    {
        point = null;
        act!();
        reached.TrySetResult();
    }
}
