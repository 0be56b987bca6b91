using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    private const int MostOpen = 200; // Of one agency: every dataset for several purposes, and the database does not fill up.

    /// <summary>gRPC gdx.entitlement.v1.Requests/Save: a new draft, or changes one that is a draft or returned.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer}")]
    public override async Task<Contracts.V1.AccessRequest> Save(SaveRequestRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var agencyId = caller.RequireWriter();
        var mission = RequestFields.Text("mission", request.Mission, 2000, lines: true);
        if (request.RequestId.Length > 0)
        {
            return await ChangeAsync(request, mission, caller, now, ct);
        }

        var key = RequestFields.Id("key", request.Key);
        if (await KnownAsync(agencyId, key, ct) is { } earlier)
        {
            return await AnswerAsync(earlier, ct);
        }

        var (slug, version) = (RequestFields.DatasetId(request.DatasetId), RequestFields.DatasetVersion(request.DatasetVersion));
        Guid? renews = request.RenewsGrantId.Length == 0 ? null : RequestFields.Id("renews_grant_id", request.RenewsGrantId);
        var dataset = await neighbours.PublishedDatasetAsync(slug, version, ct);
        var (procedure, central) = ProcedureFor(dataset, await neighbours.ActiveAgencyAsync(agencyId, ct));
        var scope = RequestFields.Scope(request.Scope, null, procedure, now);
        RequireFields(scope, dataset);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.AccessRequests.CountAsync(one => one.AgencyId == agencyId && (one.State == RequestState.Draft || one.State == RequestState.Returned || one.State == RequestState.InProgress), ct) >= MostOpen)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.too_many", $"Your agency has {MostOpen} requests that are not decided: withdraw some.");
        }

        var id = Guid.CreateVersion7(now);
        var draft = new AccessRequest
        {
            Id = id,
            LineageId = renews is { } renewed ? await LineageAsync(renewed, agencyId, slug, ct) : id,
            Key = key,
            AgencyId = agencyId,
            CentralAgencyId = central,
            OwnerAgencyId = Guid.TryParse(dataset.OwnerAgencyId, out var owner) ? owner : null,
            DatasetId = slug,
            DatasetVersion = version,
            ProcedureId = procedure.Id,
            RenewsGrantId = renews,
            Asked = scope,
            Mission = mission,
            CreatedAt = now,
        };
        db.AccessRequests.Add(draft);
        await steps.ActAsync(draft, caller.Person, Side.Maker, ct);
        steps.Note(draft, "saved", caller.Person, now);
        try
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return await AnswerAsync(id, ct);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            await transaction.RollbackAsync(ct);
            db.ChangeTracker.Clear();
            if (await KnownAsync(agencyId, key, ct) is not { } first)
            {
                throw; // Two renewals of one right at the same moment.
            }

            return await AnswerAsync(first, ct);
        }
    }

    private async Task<Contracts.V1.AccessRequest> ChangeAsync(SaveRequestRequest request, string mission, RequestCaller caller, DateTimeOffset now, CancellationToken ct)
    {
        var id = RequestFields.Id("request_id", request.RequestId);
        var seen = await SeenBy(caller).AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && one.AgencyId == caller.Agency, ct) ?? throw Unknown();
        if (request.DatasetId != seen.DatasetId || request.DatasetVersion != seen.DatasetVersion || request.RenewsGrantId != (seen.RenewsGrantId?.ToString() ?? ""))
        {
            throw Problems.Invalid("dataset_id", "and version and renewed grant cannot be changed: write another request");
        }

        var dataset = await neighbours.PublishedDatasetAsync(seen.DatasetId, seen.DatasetVersion, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var draft = await LockAsync(id, caller, ct);
        if (!RequestRules.IsWritable(draft.State))
        {
            throw WrongState(draft);
        }

        await steps.ActAsync(draft, caller.Person, Side.Maker, ct);
        (draft.Asked, draft.Mission) = (RequestFields.Scope(request.Scope, draft.Asked, procedures.Find(draft.ProcedureId) ?? throw NoProcedure(), now), mission);
        RequireFields(draft.Asked, dataset);
        draft.Changed();
        steps.Note(draft, "saved", caller.Person, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }

    private Task<Guid?> KnownAsync(Guid agency, Guid key, CancellationToken ct) =>
        db.AccessRequests.Where(one => one.AgencyId == agency && one.Key == key).Select(one => (Guid?)one.Id).SingleOrDefaultAsync(ct);

    /// <summary>A regional agency asks its central one, whatever the source; others do as the dataset's procedure says.</summary>
    private (ProcedureFile Procedure, Guid? Central) ProcedureFor(Dataset dataset, Agency agency)
    {
        var procedure = procedures.Find(dataset.ProcedureId) ?? throw NoProcedure();
        if (!procedure.RequestNeeded)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.not_needed", "No right has to be asked for: it can be used at once.");
        }

        return agency.Kind != AgencyKind.Regional ? (procedure, null)
            : Guid.TryParse(agency.CentralAgencyId, out var central) ? (procedures.Find(ProcedureBook.Regional) ?? throw NoProcedure(), central)
            : throw NoProcedure();
    }

    /// <summary>The right that is renewed, and who has been on which side of it.</summary>
    private async Task<Guid> LineageAsync(Guid grantId, Guid agency, string dataset, CancellationToken ct)
    {
        var grant = await db.Grants.AsNoTracking().SingleOrDefaultAsync(grant => grant.Id == grantId && grant.AgencyId == agency && grant.DatasetId == dataset && grant.RevokedAt == null, ct) ?? throw RequestSteps.Renewal();
        if (await db.Grants.AnyAsync(next => next.RenewsGrantId == grantId && next.RevokedAt == null, ct))
        {
            throw RequestSteps.Renewal();
        }

        if (grant.AccessRequestId is { } requestId)
        {
            return await db.AccessRequests.Where(one => one.Id == requestId).Select(one => one.LineageId).SingleAsync(ct);
        }

        // From paper: whoever recorded it made it, whoever confirmed it checked it.
        var permission = await db.Permissions.AsNoTracking().SingleAsync(permission => permission.Id == grant.PermissionId, ct);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO right_actors (lineage_id, person_id, checker) VALUES ({grantId}, {permission.RecordedBy}, false), ({grantId}, {permission.ConfirmedBy}, true) ON CONFLICT DO NOTHING
            """, ct);
        return grantId;
    }

    private static void RequireFields(Scope scope, Dataset dataset)
    {
        if (scope.Fields.Except(dataset.Fields.Select(field => field.Name)).FirstOrDefault() is { } unknown)
        {
            throw Problems.Rpc(StatusCode.NotFound, "catalog.field.unknown", $"The dataset has no field {unknown}.");
        }
    }

    private static RpcException NoProcedure() => Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.no_procedure", "No procedure leads to a right to this dataset yet: ask the operator.");
}
