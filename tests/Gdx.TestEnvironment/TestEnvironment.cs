using System.Net.Http.Headers;
using System.Text;
using Npgsql;

namespace Gdx.TestEnvironment;

/// <summary>A real PostgreSQL and a real RabbitMQ for tests. Every caller gets a database or a virtual host of its own, so all tests run side by side.</summary>
public static class TestEnvironment
{
    private static readonly Lazy<Task<Servers>> Shared = new(Servers.StartAsync);
    private static readonly HttpClient Http = new();

    /// <summary>True where <c>GDX_TEST_FULL=1</c> asks for the larger counts (<c>./gdx test --full</c>).</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("GDX_TEST_FULL") == "1";

    /// <summary>The connection string of a fresh, empty database.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var servers = await Shared.Value;
        var name = $"test_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection(servers.Postgres);
        await connection.OpenAsync();
        // template0 has no sessions that a concurrent copy could trip over.
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0", connection);
        await create.ExecuteNonQueryAsync();
        // Small pools: a hundred tests side by side share one server's connections.
        return new NpgsqlConnectionStringBuilder(servers.Postgres) { Database = name, MaxPoolSize = 20, ConnectionIdleLifetime = 10, ConnectionPruningInterval = 5 }.ConnectionString;
    }

    /// <summary>The address (amqp://user:password@host:port/vhost) of a fresh virtual host.</summary>
    public static async Task<string> CreateBrokerAsync()
    {
        var servers = await Shared.Value;
        return await CreateVirtualHostAsync(servers.Broker, servers.Management);
    }

    /// <summary>The management HTTP API (<c>/api/queues/…</c>) of the broker behind <see cref="CreateBrokerAsync"/>, with credentials in the user part.</summary>
    public static async Task<Uri> BrokerManagementAsync() => (await Shared.Value).Management;

    /// <summary>One call to the broker's management API, such as <c>GET queues/{vhost}</c>; the JSON that it answers.</summary>
    public static async Task<string> ManageBrokerAsync(HttpMethod method, string path, string? body = null) =>
        await ManageAsync((await Shared.Value).Management, method, path, body);

    internal static async Task<string> CreateVirtualHostAsync(Uri broker, Uri management)
    {
        var name = $"test-{Guid.CreateVersion7():N}";
        await ManageAsync(management, HttpMethod.Put, $"vhosts/{name}");
        // Whoever creates a virtual host over HTTP is given all rights on it.
        return new UriBuilder(broker) { Path = name }.Uri.AbsoluteUri;
    }

    /// <summary>One call to the management API of a broker of the test's own.</summary>
    public static async Task<string> ManageAsync(Uri management, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(management, $"/api/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
