using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Decisions;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using Grant = Gdx.Entitlement.Data.Grant;

namespace Gdx.Entitlement.Features;

/// <summary>After the last step: what everybody granted becomes the right, under the right that it is handed on from and in place of the one that it renews.</summary>
public sealed partial class RequestSteps
{
    private async Task FinishAsync(AccessRequest request, List<CoveringLetter> letters, Guid person, DateTimeOffset now, CancellationToken ct)
    {
        // A right does not reach back: it begins when it is decided, or on the first day asked for.
        var second = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        if (RequestRules.Granted(request) is not { } whole)
        {
            Reject(request, person, now, "Nothing is left of what was asked for.");
            return;
        }

        var scope = whole.Within(second, whole.ValidUntil) ?? throw Expired();
        foreach (var step in request.Steps)
        {
            RequireLetters(step, letters, scope);
        }

        await RequireNotClosedAsync(request, now, ct);
        var parent = request.ParentGrantId is { } parentId ? await RequireParentAsync(request, parentId, scope, now, ct) : null;

        var basis = RequestRules.Basis(request, letters, scope);
        var grant = new Grant
        {
            Id = Guid.CreateVersion7(now),
            AccessRequestId = request.Id,
            ParentGrantId = request.ParentGrantId,
            RenewsGrantId = request.RenewsGrantId,
            AgencyId = request.AgencyId,
            OwnerAgencyId = request.OwnerAgencyId,
            DatasetId = request.DatasetId,
            DatasetVersion = request.DatasetVersion,
            Fields = [.. scope.Fields],
            Purposes = [.. scope.Purposes.Select(terms => terms.Code)],
            PurposeTerms = [.. scope.Purposes.Select(terms => terms with { })],
            Channels = [.. scope.Channels],
            ValidFrom = scope.ValidFrom,
            ValidUntil = scope.ValidUntil,
            Budget = scope.Budget with { },
            OfficersManaged = request.OfficersManaged || parent?.OfficersManaged == true, // What reserves the right above to registered officers reserves this one.
            LetterId = basis?.Id,
            LetterSha256 = basis?.Sha256,
            RecertifyBy = RequestFields.StartOf(WorkingDays.DayOf(scope.ValidFrom).AddMonths(request.RecertifyMonths)),
        };
        if (request.RenewsGrantId is { } renewed)
        {
            await GiveWayAsync(renewed, grant, person, now, ct);
        }

        db.Grants.Add(grant);
        db.Publish(grant.Id, new GrantConfirmed
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            DatasetId = grant.DatasetId,
            DatasetVersion = grant.DatasetVersion,
            Fields = grant.Fields,
            Purposes = grant.Purposes,
            ValidFrom = grant.ValidFrom,
            ValidUntil = grant.ValidUntil,
            ConfirmedBy = person,
            AccessRequestId = request.Id,
            ParentGrantId = grant.ParentGrantId,
        });
        (request.State, request.DecidedAt, request.GrantId) = (RequestState.Approved, now, grant.Id);
        Note(request, "approved", person, now);
        db.Publish(request.Id, new AccessRequestApproved
        {
            RequestId = request.Id,
            Revision = request.Version,
            AgencyId = request.AgencyId,
            DatasetId = request.DatasetId,
            DatasetVersion = request.DatasetVersion,
            GrantId = grant.Id,
            RenewsGrantId = grant.RenewsGrantId,
            At = now,
            By = person,
        });
    }

    /// <summary>
    /// The renewed grant ends when its successor begins. Nobody waits without a right in between, and nobody can count two budgets: where the new one
    /// begins later, the old one's end moves there, so it goes on until then to the second; where it begins now, the old one is revoked.
    /// </summary>
    private async Task GiveWayAsync(Guid renewed, Grant next, Guid person, DateTimeOffset now, CancellationToken ct)
    {
        var old = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE id = {renewed} FOR UPDATE").SingleAsync(ct);
        if (await db.Grants.AnyAsync(grant => grant.RenewsGrantId == renewed && grant.RevokedAt == null, ct))
        {
            throw Renewal();
        }

        if (old.SuspendedAt is not null && old.RevokedAt is null)
        {
            throw Closed();
        }

        if (old.RevokedAt is not null || old.ValidUntil <= next.ValidFrom)
        {
            return;
        }

        if (next.ValidFrom > now && old.ValidFrom < next.ValidFrom)
        {
            old.GiveWay(next.ValidFrom);
            return;
        }

        Revoke(old, person, now, "renewed");
    }

    /// <summary>Ends a right for a reason that is nobody's decision about it, so that the step has no standing: by its renewal, or because its agency left.</summary>
    public void Revoke(Grant grant, Guid person, DateTimeOffset now, string reason)
    {
        grant.Revoke(person, now, reason);
        db.GrantSteps.Add(new() { Id = Guid.CreateVersion7(now), GrantId = grant.Id, Act = GrantAct.Revoked, At = now, By = person, Standing = GrantStanding.Unspecified, Reason = reason });
        db.Publish(grant.Id, new GrantRevoked
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            RevokedAt = now,
            RevokedBy = person,
            OwnerAgencyId = grant.OwnerAgencyId,
            DatasetId = grant.DatasetId,
        });
    }

    /// <summary>
    /// What the owner or the operator closed is not opened by those who only hand rights on. A right that is closed for the time being is not renewed
    /// either, by whatever procedure: whoever closed it opens it first.
    /// </summary>
    public async Task RequireNotClosedAsync(AccessRequest request, DateTimeOffset now, CancellationToken ct)
    {
        if (request.RenewsGrantId is { } renewed && await db.Grants.AnyAsync(grant => grant.Id == renewed && grant.SuspendedAt != null && grant.RevokedAt == null, ct))
        {
            throw Closed();
        }

        if (request.CentralAgencyId is null)
        {
            return;
        }

        // Locked, always in this order: nobody closes one between this look and the commit.
        var grants = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE agency_id = {request.AgencyId} AND dataset_id = {request.DatasetId} ORDER BY id FOR UPDATE").AsNoTracking().ToListAsync(ct);
        if (grants.Exists(grant => grant.SuspendedAt is not null && grant.RevokedAt is null && grant.ValidUntil > now))
        {
            throw Closed();
        }

        var ids = grants.ConvertAll(grant => grant.Id);
        var steps = await db.GrantSteps.AsNoTracking().Where(step => ids.Contains(step.GrantId) && step.Act != GrantAct.Recertified).ToListAsync(ct);
        // Their suspension counts until somebody lifts it, also where the central agency revoked the right afterwards.
        if (steps.Exists(step => step is { Act: GrantAct.Suspended or GrantAct.Revoked, Standing: GrantStanding.Owner or GrantStanding.Operator }
            && !steps.Exists(later => later.GrantId == step.GrantId && later.Act == GrantAct.Resumed && later.At > step.At)))
        {
            throw Closed();
        }
    }

    /// <summary>A delegated right is part of its parent's from its first moment; later the parent's shrinking shrinks it at each decision.</summary>
    private async Task<Grant> RequireParentAsync(AccessRequest request, Guid parentId, Scope scope, DateTimeOffset now, CancellationToken ct)
    {
        // Locked: it cannot be revoked between this look and the commit.
        var parent = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE id = {parentId} FOR SHARE").AsNoTracking().SingleOrDefaultAsync(ct);
        if (parent is null || parent.AgencyId != request.CentralAgencyId || parent.DatasetId != request.DatasetId || parent.DatasetVersion != request.DatasetVersion)
        {
            throw Problems.Rpc(StatusCode.NotFound, "entitlement.request.parent_unknown", "Your agency has no grant with this id for this dataset and version.");
        }

        var inForce = parent.RevokedAt is null && parent.SuspendedAt is null && parent.ValidUntil > now && !(parent.RecertifyBy <= now);
        if (!inForce || !ScopeOf(parent).Contains(scope))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.parent_narrower",
                "Your agency's grant is not in force, or does not cover all that is given from it: give less, or pick another.");
        }

        var above = parent.ParentGrantId;
        for (var depth = 2; above is { } id; depth++)
        {
            if (depth >= Decide.DeepestDelegation)
            {
                throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.parent_narrower", $"A right is delegated at most {Decide.DeepestDelegation} times.");
            }

            above = await db.Grants.Where(grant => grant.Id == id).Select(grant => grant.ParentGrantId).SingleAsync(ct);
        }

        return parent;
    }

    private static Scope ScopeOf(Grant grant) => new()
    {
        Fields = grant.Fields,
        Purposes = grant.PurposeTerms.Count > 0 ? grant.PurposeTerms : [.. grant.Purposes.Select(code => new Data.PurposeTerms { Code = code, NameTh = code, NameEn = code })],
        Channels = grant.Channels,
        ValidFrom = grant.ValidFrom,
        ValidUntil = grant.ValidUntil,
        Budget = grant.Budget ?? GrantBudget.Default,
    };

    public static RpcException Expired() => Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.expired", "The last day that is asked for is over.");

    private static RpcException Closed() => Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.closed_by_owner",
        "A right of your agency to this data is suspended, or the data owner or the operator closed it: they have to open it again first.");

    public static RpcException Renewal() => Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.renewal",
        "Only a grant of your own agency for the same dataset can be renewed, that is not revoked and not renewed already.");
}
