using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("identity");
builder.AddServiceDatabase<IdentityDb>("identity-db");
builder.AddMessaging<IdentityDb>();
builder.AddAccessTokens();
builder.AddRequestLimits();
builder.Services.AddSingleton<SubjectKey>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<IdentityDb>(args))
{
    return;
}

app.UseReadiness();
app.UseRateLimiter();
app.UseServiceDefaults();
IssueToken.Map(app);
ShowClaimPage.Map(app);
ClaimSecret.Map(app);
app.MapGrpcService<ApplicationService>();
app.MapGrpcService<AgencyService>();
app.MapGrpcService<ApiClientService>();
await app.RunAsync();
