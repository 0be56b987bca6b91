using Gdx.Catalog.Data;
using Gdx.Catalog.Features;
using Gdx.Identity.Sessions;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("catalog");
builder.AddServiceDatabase<CatalogDb>("catalog-db");
builder.AddSessionRevocation();
builder.AddMessaging<CatalogDb>();
builder.Services.AddScoped<IStartupWork, SeedDatasets>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<CatalogDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<DatasetService>();
await app.RunAsync();
