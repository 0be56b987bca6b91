using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>
/// Whoever leaves an agency, or is suspended there, leaves its officer groups for good; who comes back must be registered again. An agency that is
/// closed has no groups. A fact that comes late takes nothing from those who were registered after it.
/// </summary>
public sealed class EndOfficerRightsConsumer(EntitlementDb db, TimeProvider clock) : IConsumer<MembershipEnded>, IConsumer<MembershipSuspended>, IConsumer<AgencyClosed>
{
    public Task Consume(ConsumeContext<MembershipEnded> context) => LeaveAsync(context.Message.AgencyId, context.Message.PersonId, context.Message.At, context.CancellationToken);

    public Task Consume(ConsumeContext<MembershipSuspended> context) => LeaveAsync(context.Message.AgencyId, context.Message.PersonId, context.Message.At, context.CancellationToken);

    public async Task Consume(ConsumeContext<AgencyClosed> context)
    {
        var (agency, ct) = (context.Message.AgencyId, context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await KeepDepartureAsync(agency, OfficerDeparture.Everybody, context.Message.At, ct);
        foreach (var group in await db.OfficerGroups.Include(group => group.Officers).Where(group => group.AgencyId == agency && group.DissolvedAt == null).ToListAsync(ct))
        {
            db.Dissolve(group, OfficerGroupAct.AgencyClosed, null, clock.GetUtcNow(), "");
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task LeaveAsync(Guid agency, Guid person, DateTimeOffset at, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await KeepDepartureAsync(agency, person, at, ct);
        var before = at + OfficerRows.Haste;
        foreach (var group in await db.OfficerGroups.Include(group => group.Officers)
            .Where(group => group.AgencyId == agency && group.DissolvedAt == null && group.Officers.Any(officer => officer.PersonId == person && officer.CheckedAt <= before)).ToListAsync(ct))
        {
            group.Officers.RemoveAll(officer => officer.PersonId == person);
            db.Record(group, OfficerGroupAct.OfficerLeft, null, clock.GetUtcNow(), "", [], [person]);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>For registrations that are under way: they asked Identity before, and write after this.</summary>
    private async Task KeepDepartureAsync(Guid agency, Guid person, DateTimeOffset at, CancellationToken ct)
    {
        await db.LockOfficersAsync(agency, ct);
        var departure = await db.OfficerDepartures.SingleOrDefaultAsync(left => left.AgencyId == agency && left.PersonId == person, ct);
        if (departure is null)
        {
            db.OfficerDepartures.Add(new() { AgencyId = agency, PersonId = person, At = at });
        }
        else if (departure.At < at)
        {
            departure.At = at;
        }
    }
}
