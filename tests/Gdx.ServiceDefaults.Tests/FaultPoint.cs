namespace Gdx.ServiceDefaults.Tests;

/// <summary>What a piece of traffic belongs to.</summary>
public enum Work
{
    Other,
    Publish,
    Dispatch,
    Consume,
}

/// <summary>One moment in the life of the program: the n-th piece of this work's traffic with this server in this direction, just before or just after it passes.</summary>
public sealed record FaultPoint(string Server, Work Work, bool ToServer, bool BeforeItPasses, int Nth)
{
    public const string Database = "database";
    public const string Broker = "broker";

    /// <summary>220 different points, in an order in which every stretch of 20 has all kinds.</summary>
    public static IReadOnlyList<FaultPoint> All { get; } = Spread();

    private static List<FaultPoint> Spread()
    {
        (string, Work)[] traffic = [(Database, Work.Publish), (Database, Work.Dispatch), (Database, Work.Consume), (Broker, Work.Dispatch), (Broker, Work.Consume)];
        var kinds = (from one in traffic from toServer in new[] { true, false } from before in new[] { true, false } select (one, toServer, before)).ToList();
        int[] counts = [1, 2, 3, 4, 5, 7, 9, 12, 16, 21, 27];
        var points = (from nth in counts from kind in kinds select new FaultPoint(kind.one.Item1, kind.one.Item2, kind.toServer, kind.before, nth)).ToList();
        return [.. points.Select((_, index) => points[index * 17 % points.Count])];
    }
}
