using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>Identity's AgencyClosed: its grants end for good (and with them what was delegated from them), and what it asks for is withdrawn.</summary>
public sealed class EndRightsOfAgencyConsumer(EntitlementDb db, RequestSteps steps, TimeProvider clock) : IConsumer<AgencyClosed>
{
    public async Task Consume(ConsumeContext<AgencyClosed> context)
    {
        var (fact, ct, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Requests first: an approval at the same moment holds its request, and its grant is there when we look for grants.
        var open = await db.AccessRequests.Where(request => request.AgencyId == fact.AgencyId
            && (request.State == RequestState.Draft || request.State == RequestState.Returned || request.State == RequestState.InProgress)).Select(request => request.Id).Order().ToListAsync(ct);
        foreach (var id in open)
        {
            if (await steps.LockAsync(id, ct) is { } request && !RequestRules.IsOver(request.State))
            {
                steps.Withdraw(request, fact.By, now);
            }
        }

        var grants = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE agency_id = {fact.AgencyId} AND revoked_at IS NULL ORDER BY id FOR UPDATE").ToListAsync(ct);
        foreach (var grant in grants)
        {
            steps.Revoke(grant, fact.By, now, "The agency left the exchange.");
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
