using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Data;

public sealed class NotificationDb(DbContextOptions<NotificationDb> options) : DbContext(options)
{
    public DbSet<Delivery> Deliveries => Set<Delivery>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutbox();
        modelBuilder.ApplyConfiguration(new DeliveryTable());
    }
}
