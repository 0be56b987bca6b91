using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    private const int MostOpen = 20; // Nobody works for more agencies at once; more would be a way to fill the admins' lists and mailboxes.
    private const int MostAsksADay = 5; // Per agency: once, and again after a refusal that could be mended.

    /// <summary>gRPC gdx.identity.v1.Memberships/Join: somebody who has signed in asks to work for an agency.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Membership> Join(JoinAgencyRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, Caller.Of(context).Person, clock.GetUtcNow());
        var (agency, branch) = await ReadPlaceAsync(request.AgencyId, request.BranchId, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await RequireRoomAsync(person, agency, now, ct);
        var member = Ask(person, agency, branch, person, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(member.Id, ct);
    }

    /// <summary>The person's requests come one after the other until the transaction ends, so that what is counted holds.</summary>
    private Task<int> LockPersonAsync(Guid person, CancellationToken ct) => db.Database.ExecuteSqlAsync($"SELECT FROM people WHERE id = {person} FOR NO KEY UPDATE", ct);

    /// <summary>Nothing open at this agency, and not too much altogether.</summary>
    private async Task RequireRoomAsync(Guid person, Guid agency, DateTimeOffset now, CancellationToken ct)
    {
        await LockPersonAsync(person, ct);
        var since = now.AddDays(-1);
        var places = await db.Memberships
            .Where(own => own.PersonId == person && (own.State == MembershipState.Waiting || own.State == MembershipState.Active || own.State == MembershipState.Suspended || own.RequestedAt > since))
            .Select(own => new { own.AgencyId, own.State, own.RequestedAt }).ToListAsync(ct);
        var open = places.Where(place => place.State is MembershipState.Waiting or MembershipState.Active or MembershipState.Suspended).ToList();
        if (open.Exists(place => place.AgencyId == agency))
        {
            throw Duplicate();
        }

        if (open.Count >= MostOpen || places.Count(place => place.AgencyId == agency && place.RequestedAt > since) >= MostAsksADay)
        {
            throw Problems.Rpc(StatusCode.ResourceExhausted, "identity.membership.too_many", "Too many agencies have been asked, or this one too often today. Wait for the answers.");
        }
    }

    private static RpcException Duplicate() => Problems.Rpc(StatusCode.AlreadyExists, "identity.membership.duplicate", "The person works for this agency already, or waits for its answer.");
}
