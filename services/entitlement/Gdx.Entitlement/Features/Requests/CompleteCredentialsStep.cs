using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.LinkageAdapter.Contracts.V1;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>
/// LinkageAdapter's SourceAccountConfigured: the agency's credentials at a source are there, so the steps that wait for them are done. Whoever handed
/// them over is on the agency's side from then on; a step whose request they decide about stays open for somebody else.
/// </summary>
public sealed class CompleteCredentialsStepConsumer(EntitlementDb db, RequestSteps steps, TimeProvider clock) : IConsumer<SourceAccountConfigured>
{
    public async Task Consume(ConsumeContext<SourceAccountConfigured> context)
    {
        var (fact, ct, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        // A commit of its own: calls lock their request first and the source then, we must not do it the other way round.
        await using (var noting = await db.Database.BeginTransactionAsync(ct))
        {
            await steps.LockSourceAsync(fact.AgencyId, fact.Source, ct);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO configured_sources (agency_id, source, revision, at, by) VALUES ({fact.AgencyId}, {fact.Source}, {fact.Revision}, {fact.At}, {fact.By})
                ON CONFLICT (agency_id, source) DO UPDATE SET revision = excluded.revision, at = excluded.at, by = excluded.by WHERE configured_sources.revision < excluded.revision
                """, ct);
            await noting.CommitAsync(ct);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var waiting = await db.AccessRequests.Where(request => request.AgencyId == fact.AgencyId && request.State == RequestState.InProgress
            && request.Steps.Any(step => step.Kind == StepKind.Credentials && step.State == StepState.Open && step.Source == fact.Source)).Select(request => request.Id).Order().ToListAsync(ct);
        foreach (var id in waiting)
        {
            // Meanwhile it may have moved on: what counts is how it is under the lock.
            var request = (await steps.LockAsync(id, ct))!;
            var open = request.Steps.Where(step => step.Kind == StepKind.Credentials && step.State == StepState.Open && step.Source == fact.Source).ToList();
            if (request.State == RequestState.InProgress && open.Count > 0 && await steps.TryActAsync(request, fact.By, Side.Maker, ct))
            {
                request.Changed();
                open.ForEach(step => steps.Done(request, step, fact.By, now, null));
                await steps.AdvanceAsync(request, fact.By, now, ct);
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
