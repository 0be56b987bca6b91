using System.Diagnostics;
using System.Text.Json;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Notification.Features;

/// <summary>Keeps what an event said, once, to be told as soon as Identity says to whom. Identity may be away meanwhile.</summary>
public static class KeepFact
{
    /// <summary>Keeps it; does nothing where it came before (<paramref name="key"/> is the same). <paramref name="question"/>: whom the event itself names.</summary>
    public static async Task KeepAsync(this NotificationDb db, TimeProvider clock, NoticeKind kind, string key, DateTimeOffset occurredAt, Guid? about,
        Guid? person = null, Dictionary<string, object>? values = null, GetNoticeRequest? question = null, CancellationToken ct = default)
    {
        var now = clock.GetUtcNow();
        db.Facts.Add(new Fact
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Key = key,
            AboutId = about,
            PersonId = person,
            Question = question?.ToString(),
            OccurredAt = occurredAt,
            Values = JsonSerializer.Serialize(new Dictionary<string, object>(values ?? []) { ["occurred_at"] = occurredAt }),
            CreatedAt = now,
            NextAttemptAt = now,
            TraceParent = Activity.Current?.Id,
        });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException repeated) when (repeated.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
        }
    }
}
