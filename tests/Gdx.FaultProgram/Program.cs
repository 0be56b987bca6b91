using Gdx.FaultProgram;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Usage: Gdx.FaultProgram publish|drain. Connection strings come by environment: ConnectionStrings__fault-db, ConnectionStrings__messaging.
var builder = WebApplication.CreateEmptyBuilder(new());
builder.Configuration.AddEnvironmentVariables();
builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
builder.Services.AddRoutingCore();
builder.Services.AddSingleton(new ServiceIdentity("fault"));
builder.AddServiceDatabase<FaultDb>("fault-db");
builder.AddMessaging<FaultDb>(bus => bus.AddConsumer<RecordEffectConsumer>());
if (args is ["publish"])
{
    builder.Services.AddHostedService<Publisher>();
}

await builder.Build().RunAsync();
