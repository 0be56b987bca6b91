using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace Gdx.Identity.Data;

/// <summary>Agencies, applications, people and their sessions, API clients, and who may have an access token.</summary>
public sealed class IdentityDb(DbContextOptions<IdentityDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<RegistrationApplication> Applications => Set<RegistrationApplication>();

    public DbSet<Agency> Agencies => Set<Agency>();

    public DbSet<AgencyStep> AgencySteps => Set<AgencyStep>();

    public DbSet<ApplicationStep> ApplicationSteps => Set<ApplicationStep>();

    public DbSet<Letter> Letters => Set<Letter>();

    public DbSet<Branch> Branches => Set<Branch>();

    public DbSet<GovernmentBody> GovernmentBodies => Set<GovernmentBody>();

    public DbSet<GovernmentDecision> GovernmentDecisions => Set<GovernmentDecision>();

    public DbSet<Holiday> Holidays => Set<Holiday>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<MembershipStep> MembershipSteps => Set<MembershipStep>();

    public DbSet<PrimaryAdminChange> PrimaryAdminChanges => Set<PrimaryAdminChange>();

    public DbSet<OperatorRoleGrant> OperatorRoleGrants => Set<OperatorRoleGrant>();

    public DbSet<Pin> Pins => Set<Pin>();

    public DbSet<PinSetup> PinSetups => Set<PinSetup>();

    public DbSet<PinUnlock> PinUnlocks => Set<PinUnlock>();

    public DbSet<ExternalLogin> ExternalLogins => Set<ExternalLogin>();

    public DbSet<IdentityProof> IdentityProofs => Set<IdentityProof>();

    public DbSet<OperatorLink> OperatorLinks => Set<OperatorLink>();

    public DbSet<ApiClient> ApiClients => Set<ApiClient>();

    public DbSet<ClaimLink> ClaimLinks => Set<ClaimLink>();

    public DbSet<ApiClientUse> ApiClientUses => Set<ApiClientUse>();

    public DbSet<UsedAssertion> UsedAssertions => Set<UsedAssertion>();

    public DbSet<SecretGuessCount> SecretGuesses => Set<SecretGuessCount>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new RegistrationApplication.Table());
        modelBuilder.ApplyConfiguration(new Agency.Table());
        modelBuilder.ApplyConfiguration(new AgencyStep.Table());
        modelBuilder.ApplyConfiguration(new ApplicationStep.Table());
        modelBuilder.ApplyConfiguration(new Letter.Table());
        modelBuilder.ApplyConfiguration(new Branch.Table());
        modelBuilder.ApplyConfiguration(new GovernmentBody.Table());
        modelBuilder.ApplyConfiguration(new GovernmentDecision.Table());
        modelBuilder.ApplyConfiguration(new Holiday.Table());
        modelBuilder.ApplyConfiguration(new Person.Table());
        modelBuilder.ApplyConfiguration(new Membership.Table());
        modelBuilder.ApplyConfiguration(new Session.Table());
        modelBuilder.ApplyConfiguration(new MembershipStep.Table());
        modelBuilder.ApplyConfiguration(new PrimaryAdminChange.Table());
        modelBuilder.ApplyConfiguration(new OperatorRoleGrant.Table());
        modelBuilder.ApplyConfiguration(new Pin.Table());
        modelBuilder.ApplyConfiguration(new PinSetup.Table());
        modelBuilder.ApplyConfiguration(new PinUnlock.Table());
        modelBuilder.ApplyConfiguration(new ExternalLogin.Table());
        modelBuilder.ApplyConfiguration(new OperatorLink.Table());
        modelBuilder.ApplyConfiguration(new IdentityProof.Table());
        modelBuilder.ApplyConfiguration(new ApiClient.Table());
        modelBuilder.ApplyConfiguration(new ClaimLink.Table());
        modelBuilder.ApplyConfiguration(new ApiClientUse.Table());
        modelBuilder.ApplyConfiguration(new UsedAssertion.Table());
        modelBuilder.ApplyConfiguration(new SecretGuessCount.Table());
        modelBuilder.Entity<SigningKey>().Property(key => key.Algorithm).HasDefaultValue("RS256"); // The only one before there were two.
        modelBuilder.UseOpenIddict<Guid>();
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreApplication<Guid>>().ToTable("oauth_clients");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().ToTable("oauth_authorizations");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreScope<Guid>>().ToTable("oauth_scopes");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>().ToTable("oauth_tokens");
        modelBuilder.AddOutbox();
    }
}
