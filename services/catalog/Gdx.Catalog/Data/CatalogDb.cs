using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Data;

public sealed class CatalogDb(DbContextOptions<CatalogDb> options) : DbContext(options)
{
    public DbSet<DatasetEntry> Datasets => Set<DatasetEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CatalogDb).Assembly);
        modelBuilder.AddOutbox();
    }
}
