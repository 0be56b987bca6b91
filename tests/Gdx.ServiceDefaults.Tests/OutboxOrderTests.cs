using Gdx.FaultProgram;
using Gdx.TestEnvironment;
using Microsoft.EntityFrameworkCore;
using Servers = Gdx.TestEnvironment.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

public sealed class OutboxOrderTests
{
    [Fact]
    public async Task Numbers_follow_the_commits_of_an_aggregate_and_not_the_writes()
    {
        var database = await Servers.CreateDatabaseAsync();
        await using var early = Node.Context(database);
        await using var late = Node.Context(database);
        await early.MigrateSchemaAsync();
        var aggregate = Guid.NewGuid();

        await using var writtenFirst = await early.Database.BeginTransactionAsync();
        early.Publish(aggregate, new FactWritten { FactId = Guid.NewGuid(), Aggregate = aggregate, Sequence = 2 });
        await early.SaveChangesAsync();
        late.Publish(aggregate, new FactWritten { FactId = Guid.NewGuid(), Aggregate = aggregate, Sequence = 1 });
        await late.SaveChangesAsync();
        await writtenFirst.CommitAsync();

        await using var db = Node.Context(database);
        var bodies = await db.Set<OutboxMessage>().OrderBy(message => message.Id).Select(message => message.Body).ToListAsync();
        Assert.Collection(bodies, first => Assert.Contains("\"Sequence\":1", first, StringComparison.Ordinal), second => Assert.Contains("\"Sequence\":2", second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fact_that_cannot_be_sent_holds_back_its_own_aggregate_and_no_other()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        var observer = await Node.ObserveAsync(broker);
        await using var node = await Node.StartAsync(database, broker);
        var stuck = Guid.NewGuid();
        await using var db = Node.Context(database);
        db.Add(new OutboxMessage { MessageId = Guid.CreateVersion7(), Aggregate = stuck.ToString(), Type = "Gdx.Gone, Gdx.Gone", Body = "{}", CreatedAt = DateTimeOffset.UtcNow });
        await db.SaveChangesAsync();

        await Node.WriteAsync(database, stuck);
        var free = await Node.WriteAsync(database, Guid.NewGuid());

        await Eventually.True(async () => await db.Set<OutboxMessage>().CountAsync() == 2, "only the two rows of the stuck aggregate");
        Assert.Equal([free], (await Node.TakeAsync(observer)).Select(fact => fact.FactId));
    }
}
