using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Sessions;
using Gdx.Notification.Data;
using Gdx.Notification.Features;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("notification");
builder.AddServiceDatabase<NotificationDb>("notification-db");
builder.AddSessionRevocation();
builder.AddMessaging<NotificationDb>(bus =>
{
    bus.AddConsumer<MailConsumerKeyConsumer>();
    bus.AddConsumer<TellPeopleConsumer>();
    bus.AddConsumer<TellOfRightsConsumer>();
    bus.AddConsumer<TellOfDataConsumer>();
});
builder.Services.AddServiceClient<ApiClients.ApiClientsClient>("identity");
builder.Services.AddServiceClient<Agencies.AgenciesClient>("identity");
builder.Services.AddServiceClient<Notices.NoticesClient>("identity");
builder.Services.AddDataProtection().SetApplicationName("gdx-notification").PersistKeysToDbContext<NotificationDb>();
// It reads the keys at start, when the schema may not be there yet; they are read at first use as well.
builder.Services.Remove(builder.Services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // It warns that keys are not encrypted by a certificate; the database is where they are safe.
builder.Services.AddSingleton(MailSettings.Read(builder.Configuration, builder.Environment)).AddSingleton<MailServer>();
builder.Services.AddSingleton<Texts>().AddSingleton<WebhookSecrets>().AddSingleton(services => new WebhookCaller(services.GetRequiredService<IHostEnvironment>(), builder.Configuration));
builder.Services.AddHostedService<TellFacts>().AddHostedService<SendDeliveries>().AddHostedService<SendWebhooks>().AddHostedService<CountParked>();
builder.Services.AddSingleton(new KeepingTimes(builder.Configuration)).AddHostedService<ForgetOld>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<NotificationDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<DeliveryService>();
app.MapGrpcService<InboxService>();
app.MapGrpcService<WebhookService>();
PreviewTemplates.Map(app);
await app.RunAsync();
