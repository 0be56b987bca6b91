using System.Net;
using System.Net.Sockets;
using Gdx.FaultProgram;
using Gdx.TestEnvironment;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Servers = Gdx.TestEnvironment.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

public sealed class StartupTests
{
    [Fact]
    public async Task A_service_outlives_the_absence_of_its_database_and_broker_and_becomes_healthy_when_they_come()
    {
        var database = new NpgsqlConnectionStringBuilder(await Servers.CreateDatabaseAsync());
        var broker = new Uri(await Servers.CreateBrokerAsync());
        var (databaseIsThere, brokerIsThere) = (false, false);
        await using var databaseProxy = new FaultProxy(FaultPoint.Database, () => Volatile.Read(ref databaseIsThere) ? (database.Host!, database.Port) : throw new SocketException(), new());
        await using var brokerProxy = new FaultProxy(FaultPoint.Broker, () => Volatile.Read(ref brokerIsThere) ? (broker.Host, broker.Port) : throw new SocketException(), new());
        await using var issuer = await TestIssuer.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(issuer.Settings).AddInMemoryCollection(
        [
            new("URLS", "http://127.0.0.1:0"),
            new("Gdx:MigrateOnStart", "true"),
            new("ConnectionStrings:late-db", new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = databaseProxy.Port }.ConnectionString),
            new("ConnectionStrings:messaging", new UriBuilder(broker) { Host = "127.0.0.1", Port = brokerProxy.Port }.Uri.AbsoluteUri),
        ]);
        builder.AddServiceDefaults("late");
        builder.AddServiceDatabase<FaultDb>("late-db");
        builder.AddMessaging<FaultDb>();
        await using var app = builder.Build();
        app.UseServiceDefaults();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Eventually.True(() => databaseProxy.Refused > 1 && brokerProxy.Refused > 0, "attempts to reach both");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/alive", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);

        Volatile.Write(ref databaseIsThere, true);
        await Eventually.True(async () => await HealthAsync() == "Degraded", "a service that only lacks its broker");
        Volatile.Write(ref brokerIsThere, true);
        await Eventually.True(async () => await HealthAsync() == "Healthy", "a healthy service", TimeSpan.FromSeconds(60));

        Task<string> HealthAsync() => http.GetAsync(new Uri("/health", UriKind.Relative)).ContinueWith(answer => answer.Result.Content.ReadAsStringAsync(), TaskScheduler.Default).Unwrap();
    }
}
