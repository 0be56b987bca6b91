using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Edge;

/// <summary>Whose <c>X-Forwarded-For</c> is believed: the proxies in <c>Gdx:KnownProxies</c> (addresses or CIDR ranges, comma-separated), and nobody's where it is empty.</summary>
public sealed class KnownProxies(ForwardedHeadersOptions options) : IStartupFilter
{
    /// <summary>Adds the filter where proxies are named; throws on what is no address.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Gdx:KnownProxies"] is not { Length: > 0 } list) { return; }
        // Read from the right for as long as the hop is a known one: what a caller writes itself stands left of its own address.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.KnownIPNetworks.Add(IPAddress.TryParse(text, out var single) ? new System.Net.IPNetwork(single, single.GetAddressBytes().Length * 8)
                : System.Net.IPNetwork.TryParse(text, out var range) ? range
                : throw new InvalidOperationException("Setting Gdx:KnownProxies holds something that is no address and no CIDR range."));
        }

        builder.Services.AddSingleton<IStartupFilter>(new KnownProxies(options));
    }

    /// <summary>In front of routing, since routes of the legacy wire leave the pipeline there.</summary>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseForwardedHeaders(options);
        next(app);
    };
}
