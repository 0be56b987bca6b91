using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using RequestStep = Gdx.Entitlement.Data.RequestStep;

namespace Gdx.Entitlement.Features;

/// <summary>Moves a locked request on: who acts is written down, steps open, and after the last the right begins. Used by calls and by consumers; the caller saves and commits.</summary>
public sealed partial class RequestSteps(EntitlementDb db)
{
    public async Task<AccessRequest?> LockAsync(Guid id, CancellationToken ct)
    {
        var request = await db.AccessRequests.FromSql($"SELECT *, xmin FROM access_requests WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(ct);
        if (request is not null)
        {
            await db.Entry(request).Collection(one => one.Steps).LoadAsync(ct);
        }

        return request;
    }

    /// <summary>The person acts on this side; false where they are on the other.</summary>
    public async Task<bool> TryActAsync(AccessRequest request, Guid person, Side side, CancellationToken ct)
    {
        var inRequest = await db.RequestActors.FindAsync([request.Id, person], ct);
        var inRight = await db.RightActors.FindAsync([request.LineageId, person], ct);
        if (!FourEyes.MayAct(inRequest?.Side, inRight?.Checker, side))
        {
            return false;
        }

        if (inRight is null)
        {
            db.RightActors.Add(new RightActor { LineageId = request.LineageId, PersonId = person, Checker = FourEyes.Checks(side) });
        }

        if (inRequest is null)
        {
            db.RequestActors.Add(new RequestActor { RequestId = request.Id, PersonId = person, LineageId = request.LineageId, Side = side, Checker = FourEyes.Checks(side) });
        }

        return true;
    }

    /// <inheritdoc cref="TryActAsync"/>
    public async Task ActAsync(AccessRequest request, Guid person, Side side, CancellationToken ct)
    {
        if (!await TryActAsync(request, person, side, ct))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "entitlement.request.same_person",
                "You have acted on the other side of this request, or of one that it renews: nobody checks what they made. Ask another person.");
        }
    }

    public void Note(AccessRequest request, string what, Guid? by, DateTimeOffset now, string? stepId = null, string? note = null) => db.RequestHistory.Add(new()
    {
        RequestId = request.Id,
        At = now,
        By = by,
        What = what,
        StepId = stepId,
        Note = note,
    });

    public async Task<List<CoveringLetter>> LettersAsync(AccessRequest request, CancellationToken ct) =>
        await db.RequestLetters.Where(letter => letter.RequestId == request.Id).Select(letter => new CoveringLetter(letter.Id, letter.Kind, letter.Scope, letter.Sha256, letter.Side)).ToListAsync(ct);

    /// <summary>Refuses where a letter that the step needs is missing or covers less than is asked for.</summary>
    public static void RequireLetters(RequestStep step, IReadOnlyCollection<CoveringLetter> letters, Scope scope)
    {
        foreach (var kind in RequestRules.RestsOnLetters(step) ? step.Letters : [])
        {
            switch (RequestRules.Letter(step, kind, letters, scope))
            {
                case (false, _): throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.letter_missing", $"The letter {kind} is missing: attach it.");
                case (_, false): throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.letter_narrower", $"More is asked for than the letter {kind} covers: ask for less, or attach a new letter.");
            }
        }
    }

    /// <summary>Opens what may open now; after the last step the right begins.</summary>
    public async Task AdvanceAsync(AccessRequest request, Guid person, DateTimeOffset now, CancellationToken ct, bool handedIn = false)
    {
        var letters = await LettersAsync(request, ct);
        for (var opened = RequestRules.OpenReady(request, now); opened.Count > 0; opened = RequestRules.OpenReady(request, now))
        {
            foreach (var step in opened)
            {
                if (handedIn && step.Kind == StepKind.Attach)
                {
                    // Whoever hands in attaches before: these letters are there or it is not handed in.
                    RequireLetters(step, letters, request.Asked);
                    Done(request, step, person, now, null);
                }
                else if (step.Kind == StepKind.Credentials && await ConfiguredAsync(request.AgencyId, step.Source!, ct) is { } known && await TryActAsync(request, known.By, Side.Maker, ct))
                {
                    Done(request, step, known.By, now, null);
                }
                else
                {
                    Note(request, "step-opened", null, now, step.StepId);
                    db.Publish(request.Id, new AccessRequestStepOpened
                    {
                        RequestId = request.Id,
                        Revision = request.Version,
                        AgencyId = request.AgencyId,
                        DatasetId = request.DatasetId,
                        DatasetVersion = request.DatasetVersion,
                        StepId = step.StepId,
                        Actor = RequestRules.Name(step.Actor),
                        ActorAgencyId = step.ActorAgencyId,
                        Kind = RequestRules.Name(step.Kind),
                        At = now,
                        By = person,
                    });
                }
            }
        }

        if (request.Steps.TrueForAll(step => step.State == StepState.Done))
        {
            await FinishAsync(request, letters, person, now, ct);
        }
    }

    /// <summary>
    /// One after the other, until the commit: whoever opens a step that waits for credentials either finds them configured, or whoever notes that they are
    /// finds the step open.
    /// </summary>
    public Task LockSourceAsync(Guid agency, string source, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4946, hashtext({agency + source}))", ct);

    private async Task<ConfiguredSource?> ConfiguredAsync(Guid agency, string source, CancellationToken ct)
    {
        await LockSourceAsync(agency, source, ct);
        return await db.ConfiguredSources.AsNoTracking().SingleOrDefaultAsync(known => known.AgencyId == agency && known.Source == source, ct);
    }

    public void Done(AccessRequest request, RequestStep step, Guid person, DateTimeOffset now, string? note)
    {
        RequestRules.Done(step, person, now, note);
        Note(request, "step-done", person, now, step.StepId, note);
    }

    public void Reject(AccessRequest request, Guid person, DateTimeOffset now, string reason)
    {
        (request.State, request.DecidedAt, request.Reason) = (RequestState.Rejected, now, reason);
        Note(request, "rejected", person, now, note: reason);
        db.Publish(request.Id, new AccessRequestRejected
        {
            RequestId = request.Id,
            Revision = request.Version,
            AgencyId = request.AgencyId,
            DatasetId = request.DatasetId,
            DatasetVersion = request.DatasetVersion,
            At = now,
            By = person,
        });
    }

    public void Withdraw(AccessRequest request, Guid person, DateTimeOffset now)
    {
        request.Changed();
        (request.State, request.DecidedAt) = (RequestState.Withdrawn, now);
        Note(request, "withdrawn", person, now);
        db.Publish(request.Id, new AccessRequestWithdrawn
        {
            RequestId = request.Id,
            Revision = request.Version,
            AgencyId = request.AgencyId,
            DatasetId = request.DatasetId,
            DatasetVersion = request.DatasetVersion,
            At = now,
            By = person,
        });
    }
}
