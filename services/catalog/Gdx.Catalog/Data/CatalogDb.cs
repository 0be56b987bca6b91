using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Data;

public sealed class CatalogDb(DbContextOptions<CatalogDb> options) : DbContext(options)
{
    public DbSet<DatasetEntry> Datasets => Set<DatasetEntry>();

    public DbSet<FieldEntry> Fields => Set<FieldEntry>();

    public DbSet<DatasetHappening> Happenings => Set<DatasetHappening>();

    public DbSet<DataRequestEntry> Requests => Set<DataRequestEntry>();

    public DbSet<DataOfferEntry> Offers => Set<DataOfferEntry>();

    /// <summary>Writers of one dataset take turns until they commit: versions are compared with each other, and the owner is the same on all of them.</summary>
    public Task TakeTurnAsync(string slug, CancellationToken ct) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941, hashtext({slug}))", ct);

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Here and nowhere else, so that no text is saved that the search does not know.
        foreach (var entry in ChangeTracker.Entries().ToList())
        {
            switch (entry.Entity)
            {
                case DatasetEntry dataset when entry.State is not EntityState.Deleted: dataset.SearchText = SearchText.Of(dataset); break;
                case FieldEntry field when entry.State is not EntityState.Deleted: field.SearchText = SearchText.Of(field); break;
            }
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CatalogDb).Assembly);
        modelBuilder.AddOutbox();
    }
}
