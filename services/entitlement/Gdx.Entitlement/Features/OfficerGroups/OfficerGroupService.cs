using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Group = Gdx.Entitlement.Data.OfficerGroup;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.OfficerGroups: which officers of an agency may use which of its grants, arranged by its SuperUser.</summary>
public sealed partial class OfficerGroupService(EntitlementDb db, Memberships.MembershipsClient memberships, TimeProvider clock, ILogger<OfficerGroupService> log) : OfficerGroups.OfficerGroupsBase
{
    private const string Keepers = $"{Roles.SuperUser},{Roles.OrganizationAdmin}";
    private const int MostAsked = 1000; // Of Identity in one call.

    /// <summary>As the wire has it; with its officers loaded.</summary>
    public static Contracts.V1.OfficerGroup Answer(Group group) => new()
    {
        Id = group.Id.ToString(),
        Revision = group.Revision,
        AgencyId = group.AgencyId.ToString(),
        Active = group.DissolvedAt is null,
        Name = group.Name,
        Rights = { group.Rights.Select(right => new GroupRight { GrantId = right.GrantId.ToString(), Fields = { right.Fields }, Purposes = { right.Purposes } }) },
        OfficerIds = { group.Officers.Select(officer => officer.PersonId).Order().Select(id => id.ToString()) },
        ValidFrom = group.ValidFrom.ToTimestamp(),
        ValidUntil = group.ValidUntil.ToTimestamp(),
        CallsPerOfficerAndDay = group.CallsPerOfficerAndDay,
    };

    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) && id != Guid.Empty ? id : throw Problems.Invalid(field, "must be a UUID");

    private static string Text(string field, string text, int shortest, int longest, bool lines) =>
        text.Trim() is var trimmed && trimmed.Length >= shortest && trimmed.Length <= longest && !trimmed.Any(character => char.IsControl(character) && !(lines && character is '\n' or '\t'))
            ? trimmed
            : throw Problems.Invalid(field, $"must have {shortest}-{longest} characters, without control characters");

    private static HashSet<Guid> Persons(string field, Google.Protobuf.Collections.RepeatedField<string> ids, int least) =>
        ids.Count >= least && ids.Count <= Group.MostOfficers ? [.. ids.Select(id => Id(field, id))] : throw Problems.Invalid(field, $"must have {least}-{Group.MostOfficers} entries");

    /// <summary>
    /// A group for writing, of this agency where one is named. Everything that changes officers of one agency happens one after the other, also
    /// what Identity tells.
    /// </summary>
    private async Task<Group> LockAsync(Guid id, Guid? agency, CancellationToken ct)
    {
        var known = await db.OfficerGroups.Where(group => group.Id == id && (agency == null || group.AgencyId == agency)).Select(group => (Guid?)group.AgencyId).SingleOrDefaultAsync(ct);
        await db.LockOfficersAsync(known ?? throw Unknown(), ct);
        return await db.OfficerGroups.Include(group => group.Officers).SingleAsync(group => group.Id == id, ct);
    }

    private static void RequireAlive(Group group)
    {
        if (group.DissolvedAt is not null)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.group.state", "The group is dissolved: make a new one.");
        }
    }

    /// <summary>A right that the letter reserves to officers whom the SuperUser registered is given by nobody else.</summary>
    private async Task RequireSuperUserAsync(GrantCaller caller, IEnumerable<OfficerGroupRight> rights, CancellationToken ct)
    {
        var grants = rights.Select(right => right.GrantId).ToList();
        if (!caller.Is(Roles.SuperUser) && await db.Grants.AnyAsync(grant => grants.Contains(grant.Id) && grant.OfficersManaged, ct))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "entitlement.group.super_user", "Officers of this grant are managed by the agency's SuperUser alone: ask them.");
        }
    }

    private static RpcException Self() =>
        Problems.Rpc(StatusCode.PermissionDenied, "entitlement.group.self", "Nobody gives themself a right: ask another SuperUser or the OrganizationAdmin.");

    /// <summary>Which of these work for the agency now, by what was asked; all of Identity's answers or a refusal.</summary>
    private async Task<Dictionary<string, Guid>> MembersAsync(Guid agency, IReadOnlyCollection<string> asked, CancellationToken ct)
    {
        var members = new Dictionary<string, Guid>();
        try
        {
            foreach (var part in asked.Chunk(MostAsked))
            {
                var reply = await memberships.CheckAsync(new() { AgencyId = agency.ToString(), Asked = { part } }, cancellationToken: ct);
                foreach (var member in reply.Members)
                {
                    members[member.Asked] = Guid.Parse(member.PersonId);
                }
            }

            return members;
        }
        catch (RpcException away) when (away.StatusCode is not StatusCode.Cancelled)
        {
            NotChecked(away.StatusCode);
            throw Problems.Rpc(StatusCode.Unavailable, "entitlement.check.unavailable", "Who works for the agency cannot be checked now. Try again in a few seconds.");
        }
    }

    /// <summary>Refuses where one of these does not work for the agency now.</summary>
    private async Task RequireMembersAsync(Guid agency, IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        if (people.Count > 0 && (await MembersAsync(agency, [.. people.Select(person => person.ToString())], ct)).Values.ToHashSet() is var members && !members.IsSupersetOf(people))
        {
            throw NoMember();
        }
    }

    private static RpcException NoMember() =>
        Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.group.officer_unknown", "Each officer must be an active member of your agency, and was not or is no longer.");

    /// <summary>Those who come, unless one left while Identity was being asked. Call it under the lock.</summary>
    private async Task AddAsync(Group group, IReadOnlyCollection<Guid> people, GrantCaller caller, DateTimeOffset checkedAt, CancellationToken ct)
    {
        if (group.Officers.Count + people.Count > Group.MostOfficers)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.group.too_many", $"A group has at most {Group.MostOfficers} officers, an agency {MostGroups} groups: dissolve or divide.");
        }

        var since = checkedAt - OfficerRows.Haste;
        if (await db.OfficerDepartures.AnyAsync(left => left.AgencyId == group.AgencyId && (people.Contains(left.PersonId) || left.PersonId == OfficerDeparture.Everybody) && left.At >= since, ct))
        {
            throw NoMember();
        }

        group.Officers.AddRange(people.Select(person => new GroupOfficer { GroupId = group.Id, PersonId = person, CheckedAt = checkedAt, RegisteredBy = caller.Person }));
    }

    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)); // As the database keeps it.
    }

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "entitlement.group.unknown", "Your agency has no officer group with this id.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not check who works for an agency: Identity said {Status}.")]
    private partial void NotChecked(StatusCode status);
}

/// <summary>What several features do with officers.</summary>
internal static class OfficerRows
{
    /// <summary>How much before its commit Identity may have taken the time of a fact, and how far apart two services' clocks may be.</summary>
    public static readonly TimeSpan Haste = TimeSpan.FromMinutes(1);

    /// <summary>Until the transaction ends nobody else changes officers of this agency.</summary>
    public static Task LockOfficersAsync(this EntitlementDb db, Guid agency, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4952, hashtext({agency.ToString()}))", ct);

    /// <summary>The change, its step and its facts. <paramref name="by"/> is null where a fact from Identity did it.</summary>
    public static void Record(
        this EntitlementDb db, Group group, OfficerGroupAct act, Guid? by, DateTimeOffset now, string reason, IReadOnlyCollection<Guid> added, IReadOnlyCollection<Guid> removed, bool isNew = false)
    {
        if (!isNew)
        {
            group.Change();
        }

        db.OfficerGroupSteps.Add(new() { Id = Guid.CreateVersion7(now), GroupId = group.Id, Act = act, At = now, By = by, Reason = reason, Added = [.. added], Removed = [.. removed] });
        db.Publish(group.Id, new OfficerGroupChanged { GroupId = group.Id, Revision = group.Version, AgencyId = group.AgencyId, Active = group.DissolvedAt is null, At = now, By = by });
        if (added.Count > 0)
        {
            db.Publish(group.Id, new OfficerRightGiven
            {
                GroupId = group.Id,
                Revision = group.Version,
                AgencyId = group.AgencyId,
                PersonIds = [.. added],
                GrantIds = [.. group.Rights.Select(right => right.GrantId)],
                ValidFrom = group.ValidFrom,
                ValidUntil = group.ValidUntil,
                At = now,
                By = by,
            });
        }

        if (removed.Count > 0)
        {
            db.Publish(group.Id, new OfficerRightEnded { GroupId = group.Id, Revision = group.Version, AgencyId = group.AgencyId, PersonIds = [.. removed], At = now, By = by });
        }
    }

    /// <summary>Ends a group for good; its officers stay in its row, for whoever asks later who could do what.</summary>
    public static void Dissolve(this EntitlementDb db, Group group, OfficerGroupAct act, Guid? by, DateTimeOffset now, string reason)
    {
        group.DissolvedAt = now;
        db.Record(group, act, by, now, reason, [], [.. group.Officers.Select(officer => officer.PersonId)]);
    }
}
