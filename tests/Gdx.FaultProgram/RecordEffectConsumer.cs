using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.FaultProgram;

/// <summary>Writes the effect of a fact and counts it, in one transaction. The fact's id is the natural key that makes it safe to run twice.</summary>
public sealed class RecordEffectConsumer(FaultDb db) : IConsumer<FactWritten>
{
    public async Task Consume(ConsumeContext<FactWritten> context)
    {
        var fact = context.Message;
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var isNew = await db.Database.ExecuteSqlAsync($"""
            INSERT INTO effects (fact_id, aggregate, sequence, arrived) VALUES ({fact.FactId}, {fact.Aggregate}, {fact.Sequence}, now())
            ON CONFLICT DO NOTHING
            """, context.CancellationToken) == 1;
        if (isNew)
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO tallies (aggregate, count) VALUES ({fact.Aggregate}, 1)
                ON CONFLICT (aggregate) DO UPDATE SET count = tallies.count + 1
                """, context.CancellationToken);
        }

        await transaction.CommitAsync(context.CancellationToken);
    }
}
