using System.Collections.Concurrent;
using System.Net;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.LinkageAdapter.Usage;

/// <summary>
/// Who used which secret last, and who guessed at one: noted in memory while calls are answered, told to Identity once a minute. Where Identity is
/// away it is told later; a replica that dies takes at most a minute's notes with it.
/// </summary>
public sealed partial class UseBook(ApiClients.ApiClientsClient identity, TimeProvider clock, ILogger<UseBook> log) : BackgroundService
{
    private const int Most = 100_000; // Clients × agents seen in a minute, about 10 MB. Evidence has every call anyway.
    private const int MostGuesses = 10_000; // An attack from more addresses is seen by the count of the key.
    private const int BatchSize = 1000; // What Identity takes.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(Guid Client, int Generation, string Agent), long> uses = new();
    private readonly ConcurrentDictionary<(Guid? Client, IPAddress? Address), long> guesses = new();
    private int noted;

    /// <summary>One more use, now.</summary>
    public void Used(Guid client, int generation, string agent)
    {
        var (key, now) = ((client, generation, agent), clock.GetUtcNow().UtcTicks);
        if (!uses.ContainsKey(key))
        {
            if (Volatile.Read(ref noted) >= Most)
            {
                return;
            }

            Interlocked.Increment(ref noted);
        }

        uses[key] = now;
    }

    /// <summary>A wrong secret, of this client where its key is known.</summary>
    public void Guessed(Guid? client, IPAddress? address)
    {
        if (client is not null)
        {
            Count((client, null));
        }

        if (address is not null)
        {
            Count((null, address));
        }

        void Count((Guid?, IPAddress?) target)
        {
            if (guesses.Count < MostGuesses || guesses.ContainsKey(target))
            {
                guesses.AddOrUpdate(target, 1, (_, count) => count + 1);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            Task tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            await tick.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReportAsync(); // Also when the service stops.
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            foreach (var batch in uses.ToArray().Chunk(BatchSize))
            {
                await identity.ReportUseAsync(new() { Uses = { batch.Select(use => Told(use.Key, use.Value)) } });
                foreach (var use in batch)
                {
                    if (uses.TryRemove(use)) // Only where it has not been used since.
                    {
                        Interlocked.Decrement(ref noted);
                    }
                }
            }

            foreach (var batch in guesses.ToArray().Chunk(BatchSize))
            {
                await identity.ReportUseAsync(new() { Guesses = { batch.Select(guess => Told(guess.Key, guess.Value)) } });
                foreach (var (target, count) in batch)
                {
                    if (!guesses.TryRemove(new(target, count)))
                    {
                        guesses.AddOrUpdate(target, 0, (_, more) => more - count);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is RpcException or HttpRequestException)
        {
            NotTold(exception is RpcException rpc ? rpc.StatusCode.ToString() : exception.GetType().Name);
        }
    }

    private static ClientUse Told((Guid Client, int Generation, string Agent) use, long ticks) => new()
    {
        ApiClientId = use.Client.ToString(),
        SecretGeneration = use.Generation,
        AgentId = use.Agent,
        LastUsedAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(ticks, TimeSpan.Zero)),
    };

    private static SecretGuesses Told((Guid? Client, IPAddress? Address) target, long count)
    {
        var told = new SecretGuesses { Count = count };
        if (target.Client is { } client)
        {
            told.ApiClientId = client.ToString();
        }
        else
        {
            told.Address = target.Address!.ToString();
        }

        return told;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last uses of clients could not be told to Identity, trying again in a minute: {Reason}")]
    private partial void NotTold(string reason);
}
