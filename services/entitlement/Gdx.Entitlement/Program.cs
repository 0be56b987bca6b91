using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Features;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Sessions;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("entitlement");
builder.AddServiceDatabase<EntitlementDb>("entitlement-db");
builder.AddSessionRevocation();
builder.AddMessaging<EntitlementDb>(consumers => consumers.AddConsumer<EndOfficerRightsConsumer>());
builder.Services.AddScoped<IStartupWork, GuardGrants>().AddHostedService<WarnOfGrants>();
builder.Services.AddServiceClient<Agencies.AgenciesClient>("identity");
builder.Services.AddServiceClient<Memberships.MembershipsClient>("identity");
builder.Services.AddServiceClient<Datasets.DatasetsClient>("catalog");

var app = builder.Build();
if (await app.MigrateOnlyAsync<EntitlementDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<PermissionService>();
app.MapGrpcService<GrantService>();
app.MapGrpcService<OfficerGroupService>();
await app.RunAsync();
