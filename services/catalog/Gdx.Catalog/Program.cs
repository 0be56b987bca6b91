using Gdx.Catalog.Ckan;
using Gdx.Catalog.Data;
using Gdx.Catalog.Features;
using Gdx.Identity.Sessions;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("catalog");
builder.AddServiceDatabase<CatalogDb>("catalog-db");
builder.AddSessionRevocation();
builder.AddMessaging<CatalogDb>();
builder.Services.AddSingleton<CatalogAddress>();
builder.Services.AddScoped<IStartupWork, SeedDatasets>();
CkanCatalog.Add(builder);
builder.Services.AddHostedService<RetireDatasets>().AddHostedService<PushOffers>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<CatalogDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<DatasetService>();
app.MapGrpcService<DataRequestService>();
app.MapGrpcService<DataOfferService>();
ReadDataset.Map(app);
await app.RunAsync();
