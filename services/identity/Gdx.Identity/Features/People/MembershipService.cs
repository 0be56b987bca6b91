using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Member = Gdx.Identity.Data.Membership;
using Membership = Gdx.Identity.Contracts.V1.Membership;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Memberships: who works for which agency, decided by its OrganizationAdmins.</summary>
public sealed partial class MembershipService(IdentityDb db, TimeProvider clock) : Memberships.MembershipsBase
{
    /// <summary>Who acts, and when.</summary>
    private sealed record Act(Caller Caller, DateTimeOffset Now, CancellationToken Cancellation);

    /// <summary>
    /// An OrganizationAdmin does something with somebody's membership. Such acts in one agency happen one after the other, and the admin is one in the
    /// database and not only in the token: of two admins who remove each other one is too late.
    /// </summary>
    private async Task<Membership> DecideAsync(string membershipId, ServerCallContext context, MembershipAct what, string? reason, Func<Member, Act, Task> decide)
    {
        var act = new Act(Caller.Of(context), clock.GetUtcNow(), context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(act.Cancellation);
        var member = await LockAsync(membershipId, act.Cancellation);
        if (member.AgencyId != act.Caller.Agency)
        {
            throw Unknown();
        }

        await db.RequireRoleAsync(act.Caller, Roles.OrganizationAdmin, act.Cancellation);
        if (member.PersonId == act.Caller.Person)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "identity.membership.own", "Nobody decides about themself: ask another OrganizationAdmin.");
        }

        await decide(member, act);
        db.Record(member, what, act.Caller.Person, act.Now, reason);
        await db.SaveChangesAsync(act.Cancellation);
        await transaction.CommitAsync(act.Cancellation);
        return await AnswerAsync(member.Id, act.Cancellation);
    }

    /// <summary>The membership; until the transaction ends nobody else decides anything in its agency.</summary>
    private async Task<Member> LockAsync(string id, CancellationToken ct)
    {
        var membershipId = Fields.Id("membership_id", id);
        await db.Database.ExecuteSqlAsync($"SELECT FROM agencies WHERE id = (SELECT agency_id FROM memberships WHERE id = {membershipId}) FOR NO KEY UPDATE", ct);
        return await db.Memberships.SingleOrDefaultAsync(membership => membership.Id == membershipId, ct) ?? throw Unknown();
    }

    /// <summary>The agency that somebody wants to work for: known and let in.</summary>
    private async Task<(Guid Agency, Guid? Branch)> ReadPlaceAsync(string agencyId, string branchId, CancellationToken ct)
    {
        var agency = Fields.Id("agency_id", agencyId);
        Guid? branch = branchId.Length == 0 ? null : Fields.Id("branch_id", branchId);
        await RequireActiveAsync(agency, ct);
        return branch is null || await db.Branches.AnyAsync(one => one.Id == branch && one.AgencyId == agency, ct)
            ? (agency, branch)
            : throw Problems.Rpc(StatusCode.NotFound, "identity.branch.unknown", "The agency has no branch with this id.");
    }

    private async Task RequireActiveAsync(Guid agency, CancellationToken ct)
    {
        var state = await db.Agencies.Where(one => one.Id == agency).Select(one => (AgencyState?)one.State).SingleOrDefaultAsync(ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.agency.unknown", "There is no agency with this id.");
        if (state != AgencyState.Active)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.agency.state", "The agency is not let in, or is suspended: nobody can be let into it now.");
        }
    }

    /// <summary>Nobody takes away the primary admin without the operator, nor the last admin at all. A trigger has the last word (<see cref="GuardAdmins"/>).</summary>
    private async Task RequireDispensableAsync(Member member, CancellationToken ct)
    {
        if (member.IsPrimaryAdmin)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.membership.primary_admin", "This is the primary OrganizationAdmin: ask the operator for another one first.");
        }

        if (IsAdmin(member) && !await db.Memberships.AnyAsync(
            other => other.AgencyId == member.AgencyId && other.Id != member.Id && other.State == MembershipState.Active && other.Roles.Contains(Roles.OrganizationAdmin), ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.membership.last_admin", "This is the agency's last OrganizationAdmin: name another one first.");
        }
    }

    private static bool IsAdmin(Member member) => member.State == MembershipState.Active && member.Roles.Contains(Roles.OrganizationAdmin);

    private static void Require(Member member, params MembershipState[] states)
    {
        if (!states.Contains(member.State))
        {
            throw WrongState(member);
        }
    }

    private static RpcException WrongState(Member member) => Problems.Rpc(
        StatusCode.FailedPrecondition, "identity.membership.state", $"The membership is {member.State.ToString().ToLowerInvariant()}; this cannot be done with it now.");

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.membership.unknown", "There is no membership with this id that you may decide about.");

    /// <summary>Ended for good, by whom and why; its sessions end with it.</summary>
    private async Task EndAsync(Member member, Act act, string reason, string because)
    {
        (member.State, member.IsPrimaryAdmin, member.Reason) = (MembershipState.Ended, false, reason);
        (member.EndedAt, member.EndedBy) = (act.Now, act.Caller.Person);
        await db.EndSessionsAsync(member.Id, because, act.Now, act.Cancellation);
        db.Publish(member.Id, new MembershipEnded { MembershipId = member.Id, AgencyId = member.AgencyId, PersonId = member.PersonId, At = act.Now });
    }

    private Member Ask(Guid person, Guid agency, Guid? branch, Guid by, DateTimeOffset now)
    {
        var member = new Member { Id = Guid.CreateVersion7(now), PersonId = person, AgencyId = agency, BranchId = branch, State = MembershipState.Waiting, RequestedAt = now };
        db.Memberships.Add(member);
        db.Record(member, MembershipAct.Requested, by, now);
        db.Publish(member.Id, new MembershipRequested { MembershipId = member.Id, AgencyId = agency, PersonId = person, At = now });
        return member;
    }

    private async Task<Membership> AnswerAsync(Guid id, CancellationToken ct) => (await db.ReadAsync(db.Memberships.Where(membership => membership.Id == id), 1, ct)).Single();
}

/// <summary>What several features do with memberships.</summary>
internal static class MembershipRows
{
    /// <summary>The caller's own membership, which is active and has this role now: tokens may be minutes old.</summary>
    public static async Task<Member> RequireRoleAsync(this IdentityDb db, Caller caller, string role, CancellationToken ct) =>
        await db.Memberships.AsNoTracking().SingleOrDefaultAsync(
            own => own.Id == caller.Membership && own.PersonId == caller.Person && own.AgencyId == caller.Agency && own.State == MembershipState.Active && own.Roles.Contains(role), ct)
        ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "You no longer have the role that this needs.");

    /// <summary>Keeps what was done with it, in the state it is in now.</summary>
    public static void Record(this IdentityDb db, Member member, MembershipAct act, Guid by, DateTimeOffset now, string? reason = null) => db.MembershipSteps.Add(new()
    {
        Id = Guid.CreateVersion7(now),
        MembershipId = member.Id,
        Act = act,
        At = now,
        By = by,
        Reason = reason,
        State = member.State,
        Roles = [.. member.Roles],
        Menus = [.. member.Menus],
    });

    /// <summary>Ends what is signed in under this membership; the watch stream tells every service.</summary>
    public static Task EndSessionsAsync(this IdentityDb db, Guid membership, string because, DateTimeOffset now, CancellationToken ct) =>
        db.Sessions.Where(session => session.MembershipId == membership && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now).SetProperty(session => session.EndedBecause, because), ct);

    /// <summary>The first memberships as the wire has them, with the names that a person reads.</summary>
    public static async Task<List<Membership>> ReadAsync(this IdentityDb db, IQueryable<Member> memberships, int most, CancellationToken ct)
    {
        var rows = await (
            from member in memberships.AsNoTracking()
            join person in db.People on member.PersonId equals person.Id
            join agency in db.Agencies on member.AgencyId equals agency.Id
            orderby member.Id
            select new { Member = member, Person = person, Agency = agency }).Take(most).ToListAsync(ct);
        return [.. rows.Select(row => Answer(row.Member, row.Person, row.Agency))];
    }

    private static Membership Answer(Member member, Data.Person person, Data.Agency agency) => new()
    {
        Id = member.Id.ToString(),
        PersonId = person.Id.ToString(),
        PersonNameTh = person.NameTh ?? "",
        PersonNameEn = person.NameEn ?? "",
        PersonEmail = person.Email ?? "",
        PersonVerified = person.CitizenVerifiedAt is not null,
        AgencyId = agency.Id.ToString(),
        AgencyNameTh = agency.NameTh,
        AgencyNameEn = agency.NameEn,
        BranchId = member.BranchId?.ToString() ?? "",
        State = member.State,
        Roles = { member.Roles },
        Menus = { member.Menus },
        IsPrimaryAdmin = member.IsPrimaryAdmin,
        RequestedAt = member.RequestedAt.ToTimestamp(),
        DecidedAt = member.DecidedAt?.ToTimestamp(),
        DecidedBy = member.DecidedBy?.ToString() ?? "",
        EndedAt = member.EndedAt?.ToTimestamp(),
        EndedBy = member.EndedBy?.ToString() ?? "",
        Reason = member.Reason ?? "",
        PersonNameVerified = person.NameVerifiedAt is not null,
    };
}
