using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.OperatorRoles: roles that reach beyond one agency, given by two operators.</summary>
public sealed partial class OperatorRoleService(IdentityDb db, TimeProvider clock) : OperatorRoles.OperatorRolesBase
{
    /// <summary>The grant with its membership, under a lock until the transaction ends.</summary>
    private async Task<OperatorRoleGrant> LockAsync(string grantId, CancellationToken ct)
    {
        var id = Fields.Id("grant_id", grantId);
        await db.Database.ExecuteSqlAsync($"SELECT FROM memberships WHERE id = (SELECT membership_id FROM operator_role_grants WHERE id = {id}) FOR NO KEY UPDATE", ct);
        return await db.OperatorRoleGrants.Include(grant => grant.Membership).SingleOrDefaultAsync(grant => grant.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.role_grant.unknown", "There is no such grant of a role.");
    }

    private static RpcException WrongState(OperatorRoleGrant grant) => Problems.Rpc(
        StatusCode.FailedPrecondition, "identity.role_grant.state", $"The grant is {grant.State.ToString().ToLowerInvariant()}; this cannot be done with it now.");

    private static RpcException SamePerson() => Problems.Rpc(
        StatusCode.PermissionDenied, "identity.role_grant.same_person", "Nobody gives a role to themself, and whoever asked for it cannot decide: ask another operator.");

    private static void RequireActive(Data.Membership member)
    {
        if (member.State != MembershipState.Active)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.membership.state", "The membership is not active: nothing can be given to it.");
        }
    }

    private static RoleGrant Answer(OperatorRoleGrant grant) => new()
    {
        Id = grant.Id.ToString(),
        MembershipId = grant.MembershipId.ToString(),
        PersonId = grant.Membership!.PersonId.ToString(),
        Role = grant.Role,
        State = grant.State,
        AskedBy = grant.AskedBy.ToString(),
        AskedAt = grant.AskedAt.ToTimestamp(),
        DecidedBy = grant.DecidedBy?.ToString() ?? "",
        DecidedAt = grant.DecidedAt?.ToTimestamp(),
        Reason = grant.Reason ?? "",
        WithdrawnBy = grant.WithdrawnBy?.ToString() ?? "",
        WithdrawnAt = grant.WithdrawnAt?.ToTimestamp(),
        WithdrawnBecause = grant.WithdrawnBecause ?? "",
    };
}
