using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.LinkageAdapter.Watching;
using Gdx.TestEnvironment;
using Gdx.Watching;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Channel = Gdx.Entitlement.Decisions.Channel;

namespace Gdx.Bench;

/// <summary>
/// How long a revoked grant still opens anything: a real Entitlement over a real PostgreSQL that holds many grants, and three adapters' books that follow its
/// watch stream. Beside it a bare NOTIFY of the same database, which no such chain can beat.
/// </summary>
internal sealed class RevocationBench : IAsyncDisposable
{
    private const int Replicas = 3;
    private const int UsualGrants = 1_000_000; // Filled and loaded within two minutes on two busy cores.
    private const int Revocations = 200; // Two of them are past the 99th percentile.
    private static readonly TimeSpan LoadLimit = TimeSpan.FromMinutes(5); // A million, on a busy machine.

    private readonly List<IAsyncDisposable> open = [];
    private readonly int count;
    private Process? entitlement;

    private RevocationBench(int count) => this.count = count;

    public static async Task<IReadOnlyList<Row>> RunAsync(int? grants, CancellationToken ct)
    {
        await using var bench = new RevocationBench(grants ?? UsualGrants);
        return await bench.MeasureAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        entitlement?.Kill();
        entitlement?.Dispose();
        foreach (var one in Enumerable.Reverse(open))
        {
            await one.DisposeAsync();
        }
    }

    private async Task<IReadOnlyList<Row>> MeasureAsync(CancellationToken ct)
    {
        var issuer = await TestIssuer.StartAsync();
        open.Add(issuer);
        var database = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        var address = await StartAsync(issuer, database, await TestEnvironment.TestEnvironment.CreateBrokerAsync(), ct);
        await FillAsync(database, ct);
        Console.WriteLine($"{count:N0} grants in PostgreSQL; {Replicas} adapters load them, load {Race.Load()}.");
        var (books, loading) = await LoadAsync(issuer, address, ct);
        var revoked = await RevokeAsync(issuer, address, books, ct);
        var notified = await NotifyAsync(database, ct);
        var of = string.Create(CultureInfo.InvariantCulture, $"{count:N0} grants, {Replicas} adapters");
        const string Peer = "bare NOTIFY of PostgreSQL";
        var reading = await ReadAsync(database, ct);
        return
        [
            Row($"{of}: revoke to last allow, median", revoked[Revocations / 2], notified[Revocations / 2]),
            Row($"{of}: revoke to last allow, 99th percentile", revoked[Revocations * 99 / 100], notified[Revocations * 99 / 100]),
            new($"{of}: to load the stream", "s", loading.TotalSeconds, "bare SELECT of the rows", reading.TotalSeconds, loading / reading, 1),
        ];

        static Row Row(string name, double value, double other) => new(name, "ms", value, Peer, other, value / other, Revocations);
    }

    private async Task<Uri> StartAsync(TestIssuer issuer, string database, string broker, CancellationToken ct)
    {
        var program = Path.Combine(BenchSystem.Checkout, "artifacts", "bin", "Gdx.Entitlement", new DirectoryInfo(AppContext.BaseDirectory).Name, "Gdx.Entitlement.dll");
        var (http, grpc) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("dotnet", ["exec", program]) { WorkingDirectory = Path.GetDirectoryName(program), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in issuer.Settings.Append(new("ConnectionStrings:entitlement-db", database)).Append(new("ConnectionStrings:messaging", broker)).Append(new("Gdx:MigrateOnStart", "true")))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        (start.Environment["ASPNETCORE_ENVIRONMENT"], start.Environment["Logging__LogLevel__Default"]) = ("Development", "Error");
        (start.Environment["URLS"], start.Environment["GRPC_PORT"]) = ($"http://127.0.0.1:{http}", grpc.ToString(CultureInfo.InvariantCulture));
        entitlement = Process.Start(start)!;
        _ = entitlement.StandardOutput.ReadToEndAsync(ct);
        _ = entitlement.StandardError.ReadToEndAsync(ct);
        using var client = new HttpClient();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await client.GetStringAsync(new Uri($"http://127.0.0.1:{http}/health"), ct) == "Healthy")
                {
                    return new($"http://127.0.0.1:{grpc}");
                }
            }
            catch (HttpRequestException) when (!entitlement.HasExited && watch.Elapsed < LoadLimit)
            {
                // Not yet.
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>One permission with its grant by the service's own model, then many of the same, whatever columns they have.</summary>
    private async Task FillAsync(string database, CancellationToken ct)
    {
        var permission = new Entitlement.Data.Permission
        {
            Id = Guid.CreateVersion7(),
            RequestId = Guid.CreateVersion7(),
            AgencyId = Guid.CreateVersion7(),
            DatasetId = "dopa.person",
            DatasetVersion = "1",
            Fields = [.. Enumerable.Range(0, 12).Select(number => $"field{number}")],
            Purposes = ["welfare.eligibility", "pension.check"],
            Channels = [Channel.Api],
            ValidFrom = DateTimeOffset.UtcNow.AddDays(-1),
            ValidUntil = DateTimeOffset.UtcNow.AddYears(1),
            LetterReference = "bench",
            RecordedBy = Guid.CreateVersion7(),
            RecordedAt = DateTimeOffset.UtcNow,
        };
        var options = new DbContextOptionsBuilder<Entitlement.Data.EntitlementDb>().UseNpgsql(database).UseSnakeCaseNamingConvention().Options;
        await using (var db = new Entitlement.Data.EntitlementDb(options))
        {
            db.Add(permission);
            db.Add(permission.Confirm(Guid.CreateVersion7(), DateTimeOffset.UtcNow));
            await db.SaveChangesAsync(ct);
        }

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        const string Numbered = "('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
        await MultiplyAsync("permissions", new() { ["id"] = Numbered, ["request_id"] = Numbered, ["grant_id"] = "NULL" });
        await MultiplyAsync("grants", new() { ["id"] = Numbered, ["permission_id"] = Numbered, ["agency_id"] = Numbered.Replace("n)", "n / 10)", StringComparison.Ordinal), ["dataset_id"] = "'bench.dataset-' || n % 10" });

        async Task MultiplyAsync(string table, Dictionary<string, string> own)
        {
            await using var read = new NpgsqlCommand("SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1", connection) { Parameters = { new() { Value = table } } };
            var columns = new List<string>();
            await using (var reader = await read.ExecuteReaderAsync(ct))
            {
                while (await reader.ReadAsync(ct))
                {
                    columns.Add(reader.GetString(0));
                }
            }

            await using var insert = new NpgsqlCommand(
                $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns.Select(column => own.GetValueOrDefault(column, $"first.{column}")))} FROM (SELECT * FROM {table} LIMIT 1) AS first, generate_series(1, {count}) AS n", connection)
            { CommandTimeout = 300 };
            await insert.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task<(IReadOnlyList<GrantBook> Books, TimeSpan Loading)> LoadAsync(TestIssuer issuer, Uri address, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var loops = Enumerable.Range(0, Replicas).Select(_ =>
        {
            var (book, channel) = (new GrantBook(), GrpcChannel.ForAddress(address));
            var headers = As(issuer, "linkage-adapter", "service", "service:linkage-adapter");
            var loop = new WatchLoop<WatchGrantsReply, WatchGrantsReply>("entitlement",
                (epoch, revision, stop) => new Grants.GrantsClient(channel).Watch(new() { Epoch = epoch, AfterRevision = revision }, headers, cancellationToken: stop),
                GrantBook.Read, book, TimeProvider.System, NullLogger.Instance);
            open.Add(new Following(loop, channel));
            return (Book: book, Loop: loop);
        }).ToList();
        foreach (var (_, loop) in loops)
        {
            await loop.StartAsync(ct);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!loops.TrueForAll(one => one.Loop.Lease.IsLive))
        {
            if (watch.Elapsed > LoadLimit || entitlement!.HasExited)
            {
                throw new BenchException($"The books were not loaded within {watch.Elapsed.TotalSeconds:0} s.");
            }

            await timer.WaitForNextTickAsync(ct);
        }

        return ([.. loops.Select(one => one.Book)], watch.Elapsed);
    }

    /// <summary>From before the call that revokes, so its own commit is in it, to the first refusal of the slowest book. Looked at every millisecond.</summary>
    private static async Task<double[]> RevokeAsync(TestIssuer issuer, Uri address, IReadOnlyList<GrantBook> books, CancellationToken ct)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var (client, headers) = (new Grants.GrantsClient(channel), As(issuer, Guid.CreateVersion7().ToString(), "person", "operator"));
        var times = new double[Revocations];
        for (var i = 0; i < Revocations; i++)
        {
            var n = (i * 997) + 1; // Spread over the agencies.
            var grant = books[0].Current.Find(Guid.Parse($"00000000-0000-4000-8000-{n:x12}"))!;
            bool IsAllowed(GrantBook book) => Decide.Evaluate(book.Current, new(grant.AgencyId, grant.DatasetId, grant.Version, "welfare.eligibility", Channel.Api, DateTimeOffset.UtcNow)).IsAllowed;
            if (!books.All(IsAllowed))
            {
                throw new BenchException("A grant was refused before it was revoked.");
            }

            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            var began = Stopwatch.GetTimestamp();
            var revoking = client.RevokeAsync(new() { GrantId = grant.Id.ToString(), Reason = "bench" }, headers, cancellationToken: ct).ResponseAsync;
            while (books.Any(IsAllowed))
            {
                await timer.WaitForNextTickAsync(ct);
            }

            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await revoking;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>What reading the same rows costs when nobody makes anything of them.</summary>
    private static async Task<TimeSpan> ReadAsync(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        await using var select = new NpgsqlCommand("SELECT * FROM grants", connection);
        var watch = Stopwatch.StartNew();
        await using var reader = await select.ExecuteReaderAsync(ct);
        var values = new object[reader.FieldCount];
        while (await reader.ReadAsync(ct))
        {
            reader.GetValues(values);
        }

        return watch.Elapsed;
    }

    private static async Task<double[]> NotifyAsync(string database, CancellationToken ct)
    {
        await using var listening = new NpgsqlConnection(database);
        await using var telling = new NpgsqlConnection(database);
        await listening.OpenAsync(ct);
        await telling.OpenAsync(ct);
        await using var listen = new NpgsqlCommand("LISTEN bench", listening);
        await listen.ExecuteNonQueryAsync(ct);
        await using var notify = new NpgsqlCommand("NOTIFY bench", telling);
        var times = new double[Revocations];
        for (var i = 0; i < Revocations; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await notify.ExecuteNonQueryAsync(ct);
            await listening.WaitAsync(ct);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static Metadata As(TestIssuer issuer, string subject, params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(subject, roles)}" } };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Following(WatchLoop<WatchGrantsReply, WatchGrantsReply> loop, GrpcChannel channel) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await loop.StopAsync(CancellationToken.None);
            loop.Dispose();
            channel.Dispose();
        }
    }
}
