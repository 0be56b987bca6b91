using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Data;

public sealed class EntitlementDb(DbContextOptions<EntitlementDb> options) : DbContext(options)
{
    public DbSet<Permission> Permissions => Set<Permission>();

    public DbSet<Grant> Grants => Set<Grant>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutbox();
        modelBuilder.ApplyConfiguration(new PermissionTable());
        modelBuilder.ApplyConfiguration(new GrantTable());
    }
}
