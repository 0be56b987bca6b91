using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Data;

/// <summary>What the adapter keeps: tokens, evidence, used budgets, source accounts, and the keys that protect them.</summary>
public sealed class LinkageAdapterDb(DbContextOptions<LinkageAdapterDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<EvidenceEntry> Evidence => Set<EvidenceEntry>();

    public DbSet<RefusedCallers> RefusedCallers => Set<RefusedCallers>();

    public DbSet<SourceAccount> SourceAccounts => Set<SourceAccount>();

    public DbSet<BudgetUse> BudgetUses => Set<BudgetUse>();

    public DbSet<BudgetSubject> BudgetSubjects => Set<BudgetSubject>();
    public DbSet<SourceLogin> SourceLogins => Set<SourceLogin>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        AccessToken.Configure(modelBuilder.Entity<AccessToken>());
        EvidenceEntry.Configure(modelBuilder.Entity<EvidenceEntry>());
        Data.RefusedCallers.Configure(modelBuilder.Entity<RefusedCallers>());
        BudgetUse.Configure(modelBuilder.Entity<BudgetUse>());
        BudgetSubject.Configure(modelBuilder.Entity<BudgetSubject>());
        SourceAccount.Configure(modelBuilder.Entity<SourceAccount>());
        SourceLogin.Configure(modelBuilder.Entity<SourceLogin>());
        SourceRevision.Configure(modelBuilder.Entity<SourceRevision>());
        modelBuilder.AddOutbox();
    }
}
