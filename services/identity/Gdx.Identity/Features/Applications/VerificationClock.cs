using Gdx.Identity.Data;
using Gdx.Numbers;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>How long the operator may take to verify: two Thai working days after the day on which it came.</summary>
public sealed record VerificationClock(DateTimeOffset Now, WorkingDays Calendar)
{
    private const int Days = 2; // The real exchange promises one to two.

    /// <summary>What came before this instant is due.</summary>
    public DateTimeOffset Cutoff => Calendar.Cutoff(Now, Days);

    public DateTimeOffset Due(DateTimeOffset since) => Calendar.EndOf(since, Days);

    /// <summary>With the holidays as they are known now: the cabinet adds some at short notice.</summary>
    public static async Task<VerificationClock> ReadAsync(IdentityDb db, DateTimeOffset now, CancellationToken ct) =>
        new(now, new(await db.Holidays.Where(holiday => holiday.RemovedAt == null).Select(holiday => holiday.Date).ToHashSetAsync(ct)));
}
