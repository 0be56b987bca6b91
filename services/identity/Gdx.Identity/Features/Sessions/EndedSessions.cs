using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>Ends sessions; within a second every replica of every service refuses their tokens.</summary>
public static class EndedSessions
{
    /// <summary>Ends those of these sessions that are alive, in the caller's transaction where there is one; how many.</summary>
    public static Task<int> EndAsync(this IQueryable<Data.Session> sessions, string because, DateTimeOffset now, CancellationToken ct) =>
        sessions.Where(session => session.EndedAt == null).ExecuteUpdateAsync(session => session
            .SetProperty(one => one.EndedAt, now).SetProperty(one => one.EndedBecause, because).SetProperty(one => one.ProviderToken, (byte[]?)null), ct);
}
