using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Data;

public sealed class EntitlementDb(DbContextOptions<EntitlementDb> options) : DbContext(options)
{
    public DbSet<Permission> Permissions => Set<Permission>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<GrantStep> GrantSteps => Set<GrantStep>();

    public DbSet<OfficerGroup> OfficerGroups => Set<OfficerGroup>();

    public DbSet<OfficerDeparture> OfficerDepartures => Set<OfficerDeparture>();

    public DbSet<OfficerGroupStep> OfficerGroupSteps => Set<OfficerGroupStep>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutbox();
        modelBuilder.ApplyConfiguration(new PermissionTable());
        modelBuilder.ApplyConfiguration(new GrantTable());
        modelBuilder.ApplyConfiguration(new GrantStepTable());
        modelBuilder.ApplyConfiguration(new GrantWarningTable());
        modelBuilder.ApplyConfiguration(new OfficerGroupTable());
        modelBuilder.ApplyConfiguration(new GroupOfficerTable());
        modelBuilder.ApplyConfiguration(new OfficerDepartureTable());
        modelBuilder.ApplyConfiguration(new OfficerGroupStepTable());
    }
}
