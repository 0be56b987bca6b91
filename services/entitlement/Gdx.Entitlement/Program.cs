using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Features;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Sessions;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("entitlement");
builder.AddServiceDatabase<EntitlementDb>("entitlement-db");
builder.AddSessionRevocation();
builder.AddMessaging<EntitlementDb>();
builder.Services.AddServiceClient<Agencies.AgenciesClient>("identity");
builder.Services.AddServiceClient<Datasets.DatasetsClient>("catalog");
builder.Services.AddServiceClient<Evidence.EvidenceClient>("linkage-adapter");

var app = builder.Build();
if (await app.MigrateOnlyAsync<EntitlementDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<PermissionService>();
app.MapGrpcService<GrantService>();
app.MapGrpcService<DecisionService>();
await app.RunAsync();
