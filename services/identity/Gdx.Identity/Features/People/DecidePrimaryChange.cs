using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/DecidePrimaryChange: an operator who is no party to it approves or refuses another primary OrganizationAdmin.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<PrimaryChange> DecidePrimaryChange(DecidePrimaryChangeRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        var (id, reason) = (Fields.Id("change_id", request.ChangeId), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT FROM agencies WHERE id = (SELECT agency_id FROM primary_admin_changes WHERE id = {id}) FOR NO KEY UPDATE", ct);
        var change = await db.PrimaryAdminChanges.SingleOrDefaultAsync(one => one.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.primary_change.unknown", "There is no change of a primary OrganizationAdmin with this id.");
        if (change.State != DecisionState.Pending)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.primary_change.state", "This change is decided already.");
        }

        var parties = await db.Memberships.Where(member => member.Id == change.NewMembershipId || (member.AgencyId == change.AgencyId && member.IsPrimaryAdmin)).ToListAsync(ct);
        if (person == change.AskedBy || parties.Exists(party => party.PersonId == person))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "identity.primary_change.same_person", "Whoever asked for the change, or is part of it, cannot decide it: ask another operator.");
        }

        (change.State, change.DecidedBy, change.DecidedAt, change.Reason) = (request.Approve ? DecisionState.Approved : DecisionState.Refused, person, now, reason);
        if (request.Approve)
        {
            var primary = parties.Single(party => party.Id == change.NewMembershipId);
            Require(primary, MembershipState.Active);
            await RequireVerifiedAsync(primary, ct);
            foreach (var old in parties.Where(party => party.IsPrimaryAdmin))
            {
                old.IsPrimaryAdmin = false; // Stays an OrganizationAdmin until the agency says otherwise.
                db.Record(old, MembershipAct.PrimaryTaken, person, now, reason);
            }

            await db.SaveChangesAsync(ct); // First, since there is only one; the transaction never ends with none.
            (primary.IsPrimaryAdmin, primary.Roles) = (true, [.. primary.Roles.Union([Roles.OrganizationAdmin])]);
            db.Record(primary, MembershipAct.PrimaryGiven, person, now, reason);
            db.Publish(change.AgencyId, new PrimaryAdminChanged { ChangeId = change.Id, AgencyId = change.AgencyId, PersonId = primary.PersonId, At = now });
        }
        else
        {
            db.Publish(change.AgencyId, new PrimaryAdminChangeRefused { ChangeId = change.Id, AgencyId = change.AgencyId, At = now });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(change);
    }
}
