using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.FaultProgram;

/// <summary>The smallest service that publishes and consumes: facts it tells, effects of the facts it hears, and rows that are watched.</summary>
public sealed class FaultDb(DbContextOptions<FaultDb> options) : DbContext(options)
{
    public DbSet<Fact> Facts => Set<Fact>();

    public DbSet<Effect> Effects => Set<Effect>();

    public DbSet<Tally> Tallies => Set<Tally>();

    public DbSet<Watched> Watched => Set<Watched>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutbox();
        modelBuilder.Entity<Fact>().HasIndex(fact => new { fact.Aggregate, fact.Sequence }).IsUnique();
        modelBuilder.Entity<Effect>().HasKey(effect => effect.FactId);
        modelBuilder.Entity<Tally>().HasKey(tally => tally.Aggregate);
        modelBuilder.Entity<Watched>(entity =>
        {
            entity.HasRevision(watched => watched.Revision);
            entity.Notifies(DatabaseSignals.Watch);
        });
    }
}

/// <summary>Something that happened; it commits together with its message.</summary>
public sealed class Fact
{
    public Guid Id { get; init; }

    public Guid Aggregate { get; init; }

    /// <summary>1, 2, … within the aggregate, without gap.</summary>
    public long Sequence { get; init; }
}

/// <summary>What a fact caused; the fact's id is the key, so a second one is impossible.</summary>
public sealed class Effect
{
    public Guid FactId { get; init; }

    public Guid Aggregate { get; init; }

    public long Sequence { get; init; }

    public DateTimeOffset Arrived { get; init; }
}

/// <summary>A counter of effects: an effect applied twice would be seen here.</summary>
public sealed class Tally
{
    public Guid Aggregate { get; init; }

    public long Count { get; init; }
}

/// <summary>A row that watchers follow by revision.</summary>
public sealed class Watched
{
    public Guid Id { get; init; }

    public int Value { get; set; }

    public long Revision { get; private set; }
}
