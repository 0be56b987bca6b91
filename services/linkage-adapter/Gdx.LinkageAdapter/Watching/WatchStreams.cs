using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Watching;

namespace Gdx.LinkageAdapter.Watching;

/// <summary>The two watch streams that decisions rest on.</summary>
/// <param name="Clients">Identity's clients: who calls.</param>
/// <param name="Grants">Entitlement's grants: what they may read.</param>
public sealed record WatchStreams(WatchLoop<WatchApiClientsReply, ApiClientChange> Clients, WatchLoop<WatchGrantsReply, WatchGrantsReply> Grants)
{
    /// <summary>Adds both streams, what they fill, and their health.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ClientBook>().AddSingleton<GrantBook>();
        services.AddSingleton(provider => new WatchStreams(
            new("identity",
                (epoch, revision, ct) => provider.GetRequiredService<ApiClients.ApiClientsClient>().Watch(new WatchApiClientsRequest { Epoch = epoch, AfterRevision = revision }, cancellationToken: ct),
                ClientBook.Read, provider.GetRequiredService<ClientBook>(), provider.GetRequiredService<TimeProvider>(), Log(provider)),
            new("entitlement",
                (epoch, revision, ct) => provider.GetRequiredService<Grants.GrantsClient>().Watch(new WatchGrantsRequest { Epoch = epoch, AfterRevision = revision }, cancellationToken: ct),
                GrantBook.Read, provider.GetRequiredService<GrantBook>(), provider.GetRequiredService<TimeProvider>(), Log(provider))));
        services.AddHostedService(provider => provider.GetRequiredService<WatchStreams>().Clients);
        services.AddHostedService(provider => provider.GetRequiredService<WatchStreams>().Grants);
        services.AddHealthChecks()
            .Add(new("watch-clients", provider => provider.GetRequiredService<WatchStreams>().Clients, null, null))
            .Add(new("watch-grants", provider => provider.GetRequiredService<WatchStreams>().Grants, null, null));
    }

    private static ILogger Log(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger("Gdx.LinkageAdapter.Watching");
}
