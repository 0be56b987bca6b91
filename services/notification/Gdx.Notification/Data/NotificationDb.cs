using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Data;

/// <summary>What happened, and what came of it: mails, inbox messages, webhook deliveries.</summary>
public sealed class NotificationDb(DbContextOptions<NotificationDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Fact> Facts => Set<Fact>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<MailOffer> MailOffers => Set<MailOffer>();

    public DbSet<InboxItem> Inbox => Set<InboxItem>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutbox();
        modelBuilder.ApplyConfiguration(new FactTable());
        modelBuilder.ApplyConfiguration<Delivery>(new DeliveryTable());
        modelBuilder.ApplyConfiguration<MailOffer>(new DeliveryTable());
        modelBuilder.ApplyConfiguration(new InboxItem.Table());
        modelBuilder.ApplyConfiguration(new Webhook.Table());
        modelBuilder.ApplyConfiguration(new WebhookLane.Table());
        modelBuilder.ApplyConfiguration(new WebhookDelivery.Table());
    }
}
