using Gdx.LinkageAdapter.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>What tests look at to know that something has arrived; they assert at the front door.</summary>
public static class AdapterServices
{
    public static WatchStreams GetWatch(this IServiceProvider services) => services.GetRequiredService<WatchStreams>();

    public static GrantBook GetGrants(this IServiceProvider services) => services.GetRequiredService<GrantBook>();
}
