using Gdx.Edge;
using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("identity");
KnownProxies.Add(builder);
builder.AddServiceDatabase<IdentityDb>("identity-db");
builder.AddMessaging<IdentityDb>();
builder.AddSignIn();
builder.AddAccessTokens();
builder.AddSessionChecks();
builder.AddRequestLimits();
builder.Services.AddScoped<IStartupWork, SeedHolidays>().AddScoped<IStartupWork, SeedGovernmentBodies>();
builder.Services.AddSingleton(new SubjectKey(builder.Configuration)); // Now, so that a missing key stops the start and not the first application.
builder.Services.AddSingleton<UsageNotes>().AddHostedService(services => services.GetRequiredService<UsageNotes>()).AddHostedService<WarnOfExpiry>();
PinService.Add(builder);
builder.Services.AddScoped<IStartupWork, GuardAdmins>();
CreateOperator.KeepOutputClean(builder, args);
builder.Services.AddSingleton(new KeepingTimes(builder.Configuration)).AddHostedService<ForgetOld>();

var app = builder.Build();
if (await app.MigrateOnlyAsync<IdentityDb>(args) || await app.CreateOperatorOnlyAsync(args))
{
    return;
}

app.UsePublicAddress();
app.UseReadiness();
IssueApiToken.Use(app);
app.UseRateLimiter();
app.UseTokenForms();
app.UseServiceDefaults();
IssueToken.Map(app);
Authorize.Map(app);
PickProvider.Map(app);
ReturnFromProvider.Map(app);
ReadUserInfo.Map(app);
SignOutSession.Map(app);
UseOperatorLink.Map(app);
ProveNumber.Map(app);
ShowClaimPage.Map(app);
ClaimSecret.Map(app);
app.MapGrpcService<ApplicationService>();
app.MapGrpcService<LetterService>();
app.MapGrpcService<AgencyService>();
app.MapGrpcService<BranchService>();
app.MapGrpcService<GovernmentBodyService>();
app.MapGrpcService<HolidayService>();
app.MapGrpcService<ApiClientService>();
app.MapGrpcService<SessionService>();
app.MapGrpcService<NoticeService>();
app.MapGrpcService<MembershipService>();
app.MapGrpcService<OperatorRoleService>();
app.MapGrpcService<PeopleService>();
app.MapGrpcService<PinService>();
await app.RunAsync();
