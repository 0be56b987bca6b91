using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class PermissionService
{
    /// <summary>gRPC gdx.entitlement.v1.Permissions/Confirm: another operator than the one who recorded it makes it a right.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.Permission> Confirm(ConfirmPermissionRequest request, ServerCallContext context)
    {
        var (id, person, now) = (Id("permission_id", request.PermissionId), context.Person(), clock.GetUtcNow());
        var ofAgency = await db.Permissions.Where(permission => permission.Id == id).Select(permission => (Guid?)permission.AgencyId).SingleOrDefaultAsync(context.CancellationToken) ?? throw Unknown();
        // Before anything is locked: between the recording and now the agency may have been suspended or closed.
        var agency = await CheckAsync(() => agencies.GetAsync(new GetAgencyRequest { AgencyId = ofAgency.ToString() }, cancellationToken: context.CancellationToken).ResponseAsync,
            "identity.agency.unknown", "There is no such agency.");
        if (agency.State != AgencyState.Active)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.agency.not_active", "The agency is not let in, suspended or closed: it can have no new right.");
        }

        // The lock makes two operators' confirmations one after the other: the second finds it confirmed.
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var permission = await db.Permissions.FromSql($"SELECT *, xmin FROM permissions WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(context.CancellationToken) ?? throw Unknown();
        if (permission.RecordedBy == person)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "entitlement.permission.same_person", "Whoever recorded a permission cannot confirm it: ask another operator.");
        }

        if (permission.GrantId is not null)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.permission.state", "The permission is confirmed already.");
        }

        if (permission.ValidUntil <= now)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.permission.expired", "The letter's period is over.");
        }

        var grant = permission.Confirm(person, now);
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
        });
        await db.SaveChangesAsync(context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
        return Answer(permission);
    }
}
