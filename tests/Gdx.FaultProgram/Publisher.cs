using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gdx.FaultProgram;

/// <summary>Writes facts until the process ends: one transaction each, every fifth rolled back.</summary>
public sealed class Publisher(IServiceScopeFactory scopes, SchemaState schema) : BackgroundService
{
    /// <summary>The aggregates whose facts are written, in turn.</summary>
    public static IReadOnlyList<Guid> Aggregates { get; } = [.. Enumerable.Range(1, 4).Select(n => new Guid(n, 0, 0, new byte[8]))];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); // About as fast as facts are dispatched, so that all three kinds of work run at once.
        for (var turn = 0; await pace.WaitForNextTickAsync(stoppingToken); turn++)
        {
            try
            {
                await WriteAsync(Aggregates[turn % Aggregates.Count], commit: turn % 5 != 4, stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or DbUpdateException or InvalidOperationException && !stoppingToken.IsCancellationRequested)
            {
                // The database is away, or a fact of the process before this one committed late: the next turn reads anew.
            }
        }
    }

    private async Task WriteAsync(Guid aggregate, bool commit, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FaultDb>();
        var last = await db.Facts.Where(fact => fact.Aggregate == aggregate).MaxAsync(fact => (long?)fact.Sequence, ct) ?? 0;
        var fact = new Fact { Id = Guid.CreateVersion7(), Aggregate = aggregate, Sequence = last + 1 };
        db.Add(fact);
        db.Publish(aggregate, new FactWritten { FactId = fact.Id, Aggregate = aggregate, Sequence = fact.Sequence });
        if (commit)
        {
            await db.SaveChangesAsync(ct);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveChangesAsync(ct);
        await transaction.RollbackAsync(ct);
    }
}
