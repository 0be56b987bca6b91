using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Gdx.Watching;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdx.Identity.Sessions;

/// <summary>For every service that people call: a session that ends at Identity ends here within a second; with a stream that is silent for 5 s no person is let in.</summary>
public static class SessionRevocation
{
    /// <summary>Follows Identity's stream of ended sessions and refuses their tokens.</summary>
    public static WebApplicationBuilder AddSessionRevocation(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddServiceClient<Contracts.V1.Sessions.SessionsClient>("identity");
        services.AddSingleton<EndedSessionBook>();
        services.AddSingleton(provider => new WatchLoop<WatchSessionsReply, SessionEnded>(
            "identity",
            (epoch, revision, ct) => provider.GetRequiredService<Contracts.V1.Sessions.SessionsClient>().Watch(new WatchSessionsRequest { Epoch = epoch, AfterRevision = revision }, cancellationToken: ct),
            EndedSessionBook.Read, provider.GetRequiredService<EndedSessionBook>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Gdx.Identity.Sessions")));
        services.AddHostedService(provider => provider.GetRequiredService<WatchLoop<WatchSessionsReply, SessionEnded>>());
        services.AddHealthChecks().Add(new("watch-sessions", provider => provider.GetRequiredService<WatchLoop<WatchSessionsReply, SessionEnded>>(), null, null));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<WatchLoop<WatchSessionsReply, SessionEnded>, EndedSessionBook>((jwt, watch, ended) =>
            TokenSessions.Check(jwt, (_, session) => ValueTask.FromResult(
                !watch.Lease.IsLive ? SessionAnswer.Unknown : ended.Holds(session) ? SessionAnswer.Ended : SessionAnswer.Alive)));
        return builder;
    }
}
