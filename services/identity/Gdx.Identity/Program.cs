using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("identity");
builder.AddServiceDatabase<IdentityDb>("identity-db");
builder.AddMessaging<IdentityDb>();
builder.AddAccessTokens();
builder.AddRequestLimits();
builder.Services.AddSingleton(new SubjectKey(builder.Configuration)); // Now, so that a missing key stops the start and not the first application.
PinService.Add(builder);
builder.Services.AddScoped<IStartupWork, GuardAdmins>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<IdentityDb>(args))
{
    return;
}

app.UseReadiness();
app.UseRateLimiter();
app.UseTokenForms();
app.UseServiceDefaults();
IssueToken.Map(app);
ShowClaimPage.Map(app);
ClaimSecret.Map(app);
app.MapGrpcService<ApplicationService>();
app.MapGrpcService<AgencyService>();
app.MapGrpcService<ApiClientService>();
app.MapGrpcService<MembershipService>();
app.MapGrpcService<OperatorRoleService>();
app.MapGrpcService<PeopleService>();
app.MapGrpcService<PinService>();
await app.RunAsync();
