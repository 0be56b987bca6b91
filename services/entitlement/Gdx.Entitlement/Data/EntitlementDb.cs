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
    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();

    public DbSet<RequestStep> RequestSteps => Set<RequestStep>();

    public DbSet<RequestHappening> RequestHistory => Set<RequestHappening>();

    public DbSet<RequestActor> RequestActors => Set<RequestActor>();

    public DbSet<RightActor> RightActors => Set<RightActor>();

    public DbSet<RequestLetter> RequestLetters => Set<RequestLetter>();

    public DbSet<ConfiguredSource> ConfiguredSources => Set<ConfiguredSource>();

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
        var requests = new AccessRequestTable();
        modelBuilder.ApplyConfiguration<AccessRequest>(requests).ApplyConfiguration<RequestStep>(requests).ApplyConfiguration<RequestHappening>(requests);
        var actors = new RequestActorTable();
        modelBuilder.ApplyConfiguration<RightActor>(actors).ApplyConfiguration<RequestActor>(actors);
        var letters = new RequestLetterTable();
        modelBuilder.ApplyConfiguration<RequestLetter>(letters).ApplyConfiguration<ConfiguredSource>(letters);
    }
}
