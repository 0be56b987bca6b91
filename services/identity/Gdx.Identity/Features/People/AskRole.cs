using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class OperatorRoleService
{
    /// <summary>gRPC gdx.identity.v1.OperatorRoles/Ask: an operator asks for a role for somebody else; another operator decides.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<RoleGrant> Ask(AskRoleRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        var id = Fields.Id("membership_id", request.MembershipId);
        var role = Roles.OfOperator.Contains(request.Role) ? request.Role : throw Problems.Invalid("role", $"must be one of {string.Join(", ", Roles.OfOperator)}");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT FROM memberships WHERE id = {id} FOR NO KEY UPDATE", ct);
        var member = await db.Memberships.SingleOrDefaultAsync(one => one.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.membership.unknown", "There is no membership with this id.");
        if (member.PersonId == person)
        {
            throw SamePerson();
        }

        RequireActive(member);
        if (member.Roles.Contains(role))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.role_grant.same", "The member has this role already.");
        }

        if (await db.OperatorRoleGrants.AnyAsync(one => one.MembershipId == id && one.Role == role && one.State == DecisionState.Pending, ct))
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "identity.role_grant.pending", "Somebody has asked for this role already: decide that first.");
        }

        var grant = new Data.OperatorRoleGrant { Id = Guid.CreateVersion7(now), MembershipId = id, Membership = member, Role = role, State = DecisionState.Pending, AskedBy = person, AskedAt = now };
        db.OperatorRoleGrants.Add(grant);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(grant);
    }
}
