using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    private const string Deciders = $"{Roles.Operator},{Roles.DataOwner},{Roles.OrganizationAdmin}";

    /// <summary>Who changes a grant, what they are to it, when and why.</summary>
    private sealed record Act(GrantCaller Caller, GrantPlace Place, DateTimeOffset Now, string Reason, CancellationToken Cancellation);

    /// <summary>
    /// One change of a grant: the lock makes two people's changes one after the other, and the second finds the first. <paramref name="change"/>
    /// refuses, or answers what it did; null where it was done already.
    /// </summary>
    private async Task<Contracts.V1.Grant> ChangeAsync(string grantId, string why, ServerCallContext context, Func<Data.Grant, Act, Task<GrantAct?>> change)
    {
        var (id, caller, ct) = (Id("grant_id", grantId), GrantCaller.Of(context), context.CancellationToken);
        var reason = Reason(why);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var grant = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(ct) ?? throw Unknown();
        Guid? parentAgency = grant.ParentGrantId is null ? null : await db.Grants.Where(parent => parent.Id == grant.ParentGrantId).Select(parent => (Guid?)parent.AgencyId).SingleAsync(ct);
        var now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)); // As the database keeps it: the first answer equals every later one.
        var act = new Act(caller, GrantPlace.Of(caller, grant, parentAgency), now, reason, ct);
        if (!act.Place.Sees)
        {
            throw Unknown();
        }

        if (await change(grant, act) is { } done)
        {
            db.GrantSteps.Add(new() { Id = Guid.CreateVersion7(now), GrantId = id, Act = done, At = now, By = caller.Person, Standing = act.Place.Standing, Reason = reason });
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Answer(grant);
    }

    private static string Reason(string text) =>
        text.Trim() is { Length: >= 1 and <= 1000 } reason && !reason.Any(character => char.IsControl(character) && character is not '\n' and not '\t')
            ? reason
            : throw Problems.Invalid("reason", "must have 1-1000 characters, without control characters but line feed and tab");

    /// <summary>Those by whom the right came to be, short of who decided: none of them gives it back alone.</summary>
    private async Task<IReadOnlySet<Guid>> MakersAsync(Data.Grant grant, CancellationToken ct) =>
        await db.Permissions.Where(permission => permission.Id == grant.PermissionId).Select(permission => permission.RecordedBy)
            .Union(from request in db.AccessRequests
                   join actor in db.RightActors on request.LineageId equals actor.LineageId
                   where request.Id == grant.AccessRequestId && !actor.Checker
                   select actor.PersonId)
            .ToHashSetAsync(ct);

    /// <summary>As what somebody suspended it, by the step of that moment: ids of steps follow the clocks of several replicas, and do not tell which was last.</summary>
    private Task<GrantStanding> SuspendedAsAsync(Data.Grant grant, CancellationToken ct) =>
        db.GrantSteps.Where(step => step.GrantId == grant.Id && step.Act == GrantAct.Suspended && step.At == grant.SuspendedAt && step.By == grant.SuspendedBy)
            .OrderByDescending(step => step.Id).Select(step => step.Standing).FirstOrDefaultAsync(ct);

    private static bool IsOver(Data.Grant grant, DateTimeOffset now) => grant.RevokedAt is not null || grant.ValidUntil <= now;
}
