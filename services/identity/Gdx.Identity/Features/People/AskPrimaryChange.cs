using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using PrimaryChange = Gdx.Identity.Contracts.V1.PrimaryChange;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/AskPrimaryChange: an agency asks the operator for another primary OrganizationAdmin.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Operator}")]
    public override async Task<PrimaryChange> AskPrimaryChange(AskPrimaryChangeRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var member = await LockAsync(request.MembershipId, ct);
        // Where the only admin has died or vanished, an operator asks and another one decides.
        if (!caller.Is(Roles.Operator))
        {
            if (member.AgencyId != caller.Agency)
            {
                throw Unknown();
            }

            await db.RequireRoleAsync(caller, Roles.OrganizationAdmin, ct);
        }

        Require(member, MembershipState.Active);
        await RequireVerifiedAsync(member, ct);
        var old = await db.Memberships.SingleOrDefaultAsync(primary => primary.AgencyId == member.AgencyId && primary.IsPrimaryAdmin, ct);
        if (old?.Id == member.Id)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.primary_change.same", "This member is the primary OrganizationAdmin already.");
        }

        if (await db.PrimaryAdminChanges.AnyAsync(one => one.AgencyId == member.AgencyId && one.State == DecisionState.Pending, ct))
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "identity.primary_change.pending", "The operator has a change of this agency's primary OrganizationAdmin to decide already.");
        }

        var change = new Data.PrimaryAdminChange
        {
            Id = Guid.CreateVersion7(now),
            AgencyId = member.AgencyId,
            OldMembershipId = old?.Id,
            NewMembershipId = member.Id,
            State = DecisionState.Pending,
            AskedBy = caller.Person,
            AskedAt = now,
        };
        db.PrimaryAdminChanges.Add(change);
        db.Publish(change.AgencyId, new PrimaryAdminChangeAsked { ChangeId = change.Id, AgencyId = change.AgencyId, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(change);
    }

    private static PrimaryChange Answer(Data.PrimaryAdminChange change) => new()
    {
        Id = change.Id.ToString(),
        AgencyId = change.AgencyId.ToString(),
        OldMembershipId = change.OldMembershipId?.ToString() ?? "",
        NewMembershipId = change.NewMembershipId.ToString(),
        State = change.State,
        AskedBy = change.AskedBy.ToString(),
        AskedAt = change.AskedAt.ToTimestamp(),
        DecidedBy = change.DecidedBy?.ToString() ?? "",
        DecidedAt = change.DecidedAt?.ToTimestamp(),
        Reason = change.Reason ?? "",
    };
}
