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
builder.AddMessaging<EntitlementDb>(bus =>
{
    bus.AddConsumer<CompleteCredentialsStepConsumer>();
    bus.AddConsumer<EndRightsOfAgencyConsumer>();
    bus.AddConsumer<EndOfficerRightsConsumer>();
    bus.AddConsumer<TellOfDatasetEndConsumer>();
});
builder.Services.AddServiceClient<Agencies.AgenciesClient>("identity");
builder.Services.AddServiceClient<Memberships.MembershipsClient>("identity");
builder.Services.AddServiceClient<Holidays.HolidaysClient>("identity");
builder.Services.AddServiceClient<Datasets.DatasetsClient>("catalog");
builder.Services.AddServiceClient<Evidence.EvidenceClient>("linkage-adapter");
builder.Services.AddScoped<IStartupWork, GuardGrants>().AddHostedService<WarnOfGrants>();
builder.Services.AddSingleton(ProcedureBook.Read(builder.Configuration)); // Now, so that a file that is not in order stops the start.
builder.Services.AddSingleton<RequestNeighbours>().AddScoped<RequestSteps>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<EntitlementDb>(args))
{
    return;
}

app.UseServiceDefaults();
app.MapGrpcService<PermissionService>();
app.MapGrpcService<GrantService>();
app.MapGrpcService<OfficerGroupService>();
app.MapGrpcService<ProcedureService>();
app.MapGrpcService<RequestService>();
app.MapGrpcService<DecisionService>();
await app.RunAsync();
