using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gdx.LinkageAdapter.Watching;
using Gdx.ServiceDefaults;
using Npgsql;

namespace Gdx.LinkageAdapter.Tokens;

/// <summary>Who stands behind a call of a known client, and with what the client has proven itself.</summary>
public sealed record ProvenCaller(string AgentId, Credential Credential);

/// <summary>
/// The tokens of <c>/ws/auth/validate</c>: in memory first, then in the table, which replicas share and a restart keeps. A token ends when it
/// is 60 minutes unused, and at once with its client, its client's secret and its agent, since the caller checks it against those.
/// </summary>
public sealed partial class TokenBook(NpgsqlDataSource source, SchemaState schema, TimeProvider clock, ILogger<TokenBook> log) : BackgroundService
{
    /// <summary>As the gateway's own documentation says: 60 minutes without use.</summary>
    public static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(60);

    private static readonly TimeSpan FlushEvery = TimeSpan.FromMinutes(1);

    // About 250 bytes each: 50 MB at most. What does not fit is read from the table again when it is used.
    private const int MostInMemory = 200_000;

    private readonly ConcurrentDictionary<TokenHash, Token> tokens = new();

    /// <summary>A new token for this client and agent, in the table before it is answered. It ends with the secret that asked for it.</summary>
    public async Task<string> IssueAsync(KnownClient client, string agentId, byte[] secretHash, CancellationToken ct)
    {
        var random = RandomNumberGenerator.GetBytes(16); // 122 of these bits count; the shape is a UUID, version 4.
        random[6] = (byte)((random[6] & 0x0F) | 0x40);
        random[8] = (byte)((random[8] & 0x3F) | 0x80);
        var id = new Guid(random, bigEndian: true);
        var hash = TokenHash.Of(id);
        var now = clock.GetUtcNow();
        await using (var insert = source.CreateCommand(
            "INSERT INTO access_tokens (hash, client_id, agent_id, secret_hash, issued_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $5)"))
        {
            insert.Parameters.Add(new() { Value = hash.ToArray() });
            insert.Parameters.Add(new() { Value = client.Id });
            insert.Parameters.Add(new() { Value = agentId });
            insert.Parameters.Add(new() { Value = secretHash });
            insert.Parameters.Add(new() { Value = now });
            await insert.ExecuteNonQueryAsync(ct);
        }

        Remember(hash, new(client.Id, agentId, secretHash, now));
        return id.ToString("D");
    }

    /// <summary>
    /// Looks in memory, and counts as a use where the token is alive and this client's: then <paramref name="caller"/> is set. False where only
    /// the table can tell: this process does not know the token, or holds it for expired while another replica may have been using it.
    /// </summary>
    public bool TryUse(TokenHash hash, KnownClient client, out ProvenCaller? caller)
    {
        caller = null;
        if (!tokens.TryGetValue(hash, out var token) || !IsAlive(token))
        {
            return false;
        }

        caller = Use(token, client);

        return true;
    }

    /// <summary>Looks in the table; null where the token is not alive or not this client's. Counts as a use.</summary>
    public async ValueTask<ProvenCaller?> ReadAsync(TokenHash hash, KnownClient client, CancellationToken ct)
    {
        await using var select = source.CreateCommand("SELECT client_id, agent_id, secret_hash, last_used_at FROM access_tokens WHERE hash = $1");
        select.Parameters.Add(new() { Value = hash.ToArray() });
        await using var rows = await select.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
        {
            tokens.TryRemove(hash, out _);
            return null;
        }

        var token = new Token(rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<byte[]>(2), rows.GetFieldValue<DateTimeOffset>(3));
        if (!IsAlive(token) || Use(token, client) is not { } caller)
        {
            return null;
        }

        Remember(hash, token);
        return caller;
    }

    private bool IsAlive(Token token) => clock.GetUtcNow() - token.LastUsedAt < IdleLife;

    /// <summary>Counts as a use where the token is this client's, and the agent and the secret that it stands for still count.</summary>
    private ProvenCaller? Use(Token token, KnownClient client)
    {
        var now = clock.GetUtcNow();
        if (token.ClientId != client.Id || !client.IsUsable(now) || !client.AgentIds.Contains(token.AgentId) || client.GenerationOf(token.SecretHash, now) is not { } generation)
        {
            return null;
        }

        token.Use(now);
        return new(token.AgentId, new(generation, null));
    }

    private void Remember(TokenHash hash, Token token)
    {
        if (tokens.Count >= MostInMemory)
        {
            // Rare, so simply everything that has nothing to flush: what is in use comes back with its next call.
            foreach (var (known, _) in tokens.Where(pair => !pair.Value.IsDirty))
            {
                tokens.TryRemove(known, out _);
            }
        }

        tokens[hash] = token;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timer = new PeriodicTimer(FlushEvery, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await FlushAsync(stoppingToken);
                await PurgeAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotFlushed(exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            NotFlushed(exception.Message); // Tokens then end up to a minute early.
        }
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        var used = tokens.Where(pair => pair.Value.IsDirty).Select(pair => (pair.Key, pair.Value, At: pair.Value.LastUsedAt)).ToList();
        foreach (var batch in used.Chunk(5000)) // One statement of about half a megabyte.
        {
            await using var update = source.CreateCommand("""
                UPDATE access_tokens t SET last_used_at = u.at FROM unnest($1, $2) AS u(hash, at)
                WHERE t.hash = u.hash AND t.last_used_at < u.at
                """);
            update.Parameters.Add(new() { Value = batch.Select(use => use.Key.ToArray()).ToArray() });
            update.Parameters.Add(new() { Value = batch.Select(use => use.At).ToArray() });
            await update.ExecuteNonQueryAsync(ct);
            foreach (var (_, token, at) in batch)
            {
                token.Flushed(at);
            }
        }
    }

    private async Task PurgeAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var (hash, token) in tokens)
        {
            if (!IsAlive(token) && !token.IsDirty)
            {
                tokens.TryRemove(hash, out _);
            }
        }

        // Other replicas flush their uses a minute late; two minutes more and nobody can have used it.
        await using var delete = source.CreateCommand("DELETE FROM access_tokens WHERE last_used_at < $1");
        delete.Parameters.Add(new() { Value = now - IdleLife - FlushEvery - FlushEvery });
        await delete.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last uses of tokens could not be written, trying again in a minute: {Reason}")]
    private partial void NotFlushed(string reason);

    private sealed class Token(Guid clientId, string agentId, byte[] secretHash, DateTimeOffset lastUsedAt)
    {
        private long usedAt = lastUsedAt.UtcTicks;
        private long flushedAt = lastUsedAt.UtcTicks;

        public Guid ClientId => clientId;

        public string AgentId => agentId;

        public byte[] SecretHash => secretHash;

        public DateTimeOffset LastUsedAt => new(Volatile.Read(ref usedAt), TimeSpan.Zero);

        public bool IsDirty => Volatile.Read(ref usedAt) != Volatile.Read(ref flushedAt);

        public void Use(DateTimeOffset now) => Volatile.Write(ref usedAt, now.UtcTicks);

        public void Flushed(DateTimeOffset at) => Volatile.Write(ref flushedAt, at.UtcTicks);
    }
}
