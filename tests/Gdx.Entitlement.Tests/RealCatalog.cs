using System.Net;
using Gdx.Catalog.Data;
using Gdx.TestEnvironment;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gdx.Entitlement.Tests;

/// <summary>The real Catalog, on a port of its own: what Entitlement takes for a dataset is what Catalog means by it.</summary>
public sealed class RealCatalog : WebApplicationFactory<CatalogDb>
{
    private readonly Dictionary<string, string?> settings;

    private RealCatalog(Dictionary<string, string?> settings)
    {
        this.settings = settings;
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
    }

    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<RealCatalog> StartAsync(TestIssuer issuer, string broker)
    {
        var catalog = new RealCatalog(new(issuer.Settings)
        {
            ["ConnectionStrings:catalog-db"] = await TestEnvironment.TestEnvironment.CreateDatabaseAsync(),
            ["ConnectionStrings:messaging"] = broker,
            ["Gdx:MigrateOnStart"] = "true",
        });
        catalog.StartServer();
        using var http = new HttpClient { BaseAddress = new Uri(catalog.Address), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await Eventually.True(async () => (await http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode, "catalog to be healthy");
        return catalog;
    }

    /// <summary>Puts all versions of a dataset into a state, behind Catalog's back; Deprecated ends tomorrow, Retired ended yesterday.</summary>
    public async Task SetStateAsync(string slug, string state)
    {
        await using var source = NpgsqlDataSource.Create(settings["ConnectionStrings:catalog-db"]!);
        await using var command = source.CreateCommand("UPDATE dataset SET state = $2, ends_at = CASE $2 WHEN 'Deprecated' THEN now() + interval '1 day' WHEN 'Retired' THEN now() - interval '1 day' END WHERE slug = $1");
        command.Parameters.AddWithValue(slug);
        command.Parameters.AddWithValue(state);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
