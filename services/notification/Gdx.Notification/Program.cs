using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Sessions;
using Gdx.Notification.Data;
using Gdx.Notification.Features;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("notification");
builder.AddServiceDatabase<NotificationDb>("notification-db");
builder.AddSessionRevocation();
builder.AddMessaging<NotificationDb>(bus => bus.AddConsumer<MailConsumerKeyConsumer>());
builder.Services.AddServiceClient<ApiClients.ApiClientsClient>("identity");
builder.Services.AddSingleton(MailServer.FromSettings(builder.Configuration, builder.Environment));
builder.Services.AddHostedService<SendDeliveries>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<NotificationDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<DeliveryService>();
await app.RunAsync();
