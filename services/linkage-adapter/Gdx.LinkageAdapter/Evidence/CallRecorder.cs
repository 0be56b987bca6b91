using System.Diagnostics;
using Gdx.Entitlement.Decisions;
using Gdx.LinkageAdapter.Data;
using Gdx.LinkageAdapter.Legacy;
using Gdx.LinkageAdapter.Watching;

namespace Gdx.LinkageAdapter.Evidence;

/// <summary>One call of a known client while it is being answered: what evidence will say, and since when.</summary>
/// <param name="Entry">Filled in as the call goes on.</param>
/// <param name="StartedAt">By the monotonic clock.</param>
public readonly record struct RecordedCall(EvidenceEntry Entry, long StartedAt);

/// <summary>How a call ended, as evidence keeps it.</summary>
public enum CallOutcome
{
    Failed = 0,
    Denied,
    Allowed,
}

/// <summary>Makes the evidence of a call and lets its answer go only once that is durable.</summary>
public sealed class CallRecorder(EvidenceWriter writer, TimeProvider clock)
{
    /// <summary>Begins the entry of a call by this client.</summary>
    public RecordedCall Begin(KnownClient client, string? agentId, long startedAt)
    {
        var now = clock.GetUtcNow();
        return new(new EvidenceEntry
        {
            EntryId = Guid.CreateVersion7(now),
            At = now,
            AgencyId = client.AgencyId,
            ClientId = client.Id,
            AgentId = agentId,
            Channel = "api",
            Outcome = "failed",
            Decision = "unknown",
            DecisionsVersion = Decide.Version,
            AnswerStatus = 0,
            TotalMs = 0,
            TraceId = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString(),
        }, startedAt);
    }

    /// <summary>Writes the entry and answers <paramref name="answer"/>, or that the answer is withheld.</summary>
    public async ValueTask<LegacyAnswer> EndAsync(HttpContext context, RecordedCall call, CallOutcome outcome, string decision, LegacyAnswer answer)
    {
        var entry = call.Entry;
        var took = clock.GetElapsedTime(call.StartedAt);
        entry.Outcome = outcome switch
        {
            CallOutcome.Allowed => "allowed",
            CallOutcome.Denied => "denied",
            _ => "failed",
        };
        entry.Decision = decision;
        if (outcome != CallOutcome.Allowed)
        {
            (entry.Fields, entry.Charges) = ([], []); // Nothing was given out.
        }

        entry.AnswerStatus = (short)answer.Status;
        entry.TotalMs = (float)took.TotalMilliseconds;
        Appended appended;
        using (AdapterTelemetry.Source.StartActivity("evidence"))
        {
            appended = await writer.AppendAsync(entry);
        }

        // A call that overshot its budget got its data from the source all the same; the answer is withheld.
        (decision, answer) = !appended.IsWritten ? ("evidence.unavailable", LegacyAnswer.NotRecorded)
            : appended.Refusal is { } refusal ? (refusal.Code, LegacyAnswer.OverBudget(refusal, clock.GetUtcNow()))
            : (decision, answer);
        AdapterTelemetry.Called(entry.DatasetId, decision, answer.Status, took);
        if (!appended.IsWritten)
        {
            return answer;
        }

        context.Response.Headers["Gdx-Receipt"] = $"gdx1;{entry.EntryId}";
        return answer;
    }
}
