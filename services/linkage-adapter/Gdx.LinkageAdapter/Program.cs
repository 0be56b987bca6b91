using Gdx.Edge;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Sessions;
using Gdx.LinkageAdapter;
using Gdx.LinkageAdapter.Budgets;
using Gdx.LinkageAdapter.Data;
using Gdx.LinkageAdapter.Evidence;
using Gdx.LinkageAdapter.Features;
using Gdx.LinkageAdapter.Legacy;
using Gdx.LinkageAdapter.Sources;
using Gdx.LinkageAdapter.Sources.LinkageCenter2;
using Gdx.LinkageAdapter.Tokens;
using Gdx.LinkageAdapter.Usage;
using Gdx.LinkageAdapter.Watching;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("linkage-adapter");
KnownProxies.Add(builder);
builder.AddServiceDatabase<LinkageAdapterDb>("linkage-adapter-db");
builder.AddSessionRevocation();
builder.AddMessaging<LinkageAdapterDb>();
builder.Services.AddDataProtection().SetApplicationName("linkage-adapter").PersistKeysToDbContext<LinkageAdapterDb>();
// It would read the keys before the schema is there; they are read when a source account is first opened.
builder.Services.Remove(builder.Services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
builder.Services.AddServiceClient<ApiClients.ApiClientsClient>("identity");
builder.Services.AddServiceClient<Grants.GrantsClient>("entitlement");
WatchStreams.Add(builder.Services);
builder.Services.AddSingleton(new SubjectKey(builder.Configuration)).AddSingleton<EdgeLimits>().AddSingleton<CallerGate>().AddSingleton<LegacyWire>();
builder.Services.AddSingleton(services => new SecretGuard(services.GetRequiredService<TimeProvider>(),
    builder.Configuration.GetValue("Gdx:Limits:WrongSecretsOfPair", 5), builder.Configuration.GetValue("Gdx:Limits:WrongSecretsOfAddress", 50)));
builder.Services.AddSingleton<ThaIdTokens>().AddSingleton<LinkageCenter>().AddSingleton<CallRecorder>();
builder.Services.AddSingleton<ValidateConsumer>().AddSingleton<LinkRecord>();
Background<SourceAccountBook>();
builder.Services.AddSingleton<IStartupWork>(services => services.GetRequiredService<SourceAccountBook>());
Background<TokenBook>();
Background<ApiTokens>();
Background<UseBook>();
Background<RefusalCounts>();
Background<BudgetBook>();
Background<EvidenceWriter>();
// Twice our own 64 KB, so that a request that is too large is told so in the caller's own wire shape.
builder.WebHost.ConfigureKestrel(kestrel => (kestrel.Limits.MaxRequestLineSize, kestrel.Limits.MaxRequestHeadersTotalSize, kestrel.AddServerHeader) = (128 * 1024, 128 * 1024, false));

var app = builder.Build();
if (await app.MigrateOnlyAsync<LinkageAdapterDb>(args))
{
    return;
}

app.UseServiceDefaults();
ValidateConsumer.Map(app);
LinkRecord.Map(app);
LegacyWire.MapUnknown(app);
FindEvidence.Map(app);
app.MapGrpcService<SourceAccountService>();
app.MapGrpcService<RecentEvidence>();
await app.RunAsync();

void Background<T>()
    where T : class, IHostedService => builder.Services.AddSingleton<T>().AddHostedService(services => services.GetRequiredService<T>());
