using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Gdx.Edge;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ApiClientKey = Gdx.Identity.Data.ApiClientKey;

namespace Gdx.Identity.Features;

/// <summary>
/// POST /connect/token for API clients (grant_type=client_credentials, client_id = consumer key, agent_id = who stands behind the calls): an access
/// token (RFC 9068) for the exchange's API. In front of OpenIddict, which keeps services and people's applications: the clients are Identity's own
/// rows, their secrets are 256 random bits that need no slow hash, and their limits are others.
/// </summary>
public sealed class IssueApiToken(
    IdentityDb db, SubjectKey subjects, SigningKeys keys, PublicAddress address, TokenLimits limits, UsageNotes notes, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10); // As all access tokens of the exchange.
    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };
    private static readonly byte[] Nothing = RandomNumberGenerator.GetBytes(32);

    /// <summary>Stands in for a client that is not there: what is compared takes as long.</summary>
    private static readonly FoundClient Nobody = new(default, default, default, default, Nothing, 0, Nothing, null, null, [], [], null);

    // The one question to the database of a grant, translated once: this is the busiest route of Identity.
    private static readonly Func<IdentityDb, Guid, byte[], string, Task<FoundClient?>> FindAsync = EF.CompileAsyncQuery((IdentityDb db, Guid consumerKey, byte[] citizen, string system) => db.ApiClients
        .Where(client => client.ConsumerKey == consumerKey)
        .Select(client => new FoundClient(
            client.Id, client.AgencyId, client.State, client.Agency!.State, client.SecretHash, client.SecretGeneration, client.OldSecretHash, client.OldSecretEndsAt, client.ExpiresAt, client.CallerAddresses, client.Keys,
            client.Agents.Where(agent => agent.CitizenIdHash == citizen || (agent.CitizenIdHash == null && agent.AgentId == system)).Select(agent => agent.AgentId).FirstOrDefault()))
        .SingleOrDefault());

    /// <summary>In front of OpenIddict and of the limit for those whose secrets are slow to check.</summary>
    public static void Use(WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.Request.Path == "/connect/token" && HttpMethods.IsPost(http.Request.Method)
            && await SmallForm.ReadAsync(http.Request, http.RequestAborted) is (var form, null)
            && ClientCredentials.Read(http.Request, form) is var (credentials, error))
        {
            http.Response.Headers.CacheControl = "no-store";
            await (error is null ? await http.RequestServices.GetRequiredService<IssueApiToken>().HandleAsync(http, form, credentials) : Refuse("invalid_request", error)).ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    private async Task<IResult> HandleAsync(HttpContext http, IFormCollection form, ClientCredentials credentials)
    {
        var (peer, now, ct) = (http.Connection.RemoteIpAddress, clock.GetUtcNow(), http.RequestAborted);
        if (ClientCredentials.Only(form, "grant_type") is not { } grant || ClientCredentials.Only(form, "agent_id") is not { } agentName)
        {
            return Refuse("invalid_request", "grant_type and agent_id are needed, once each.");
        }

        if (grant != "client_credentials")
        {
            return Refuse("unsupported_grant_type", "An API client has grant_type client_credentials only.");
        }

        if (limits.Guard.WaitFor(credentials.ConsumerKey, peer) is { Ticks: > 0 } wait)
        {
            return Slow(http, wait);
        }

        var isCitizen = CitizenId.TryParse(agentName, out var citizen);
        var client = await FindAsync(db, credentials.ConsumerKey, isCitizen ? subjects.Hash(citizen) : [], isCitizen ? "" : agentName);
        var (credential, guessed) = await ProveAsync(client, credentials, now, ct);
        if (credential is null || client?.IsUsable(now) != true || client.AgencyState != AgencyState.Active)
        {
            if (guessed)
            {
                limits.Guard.Wrong(credentials.ConsumerKey, peer);
                notes.Guessed(client?.Id, peer);
            }

            http.Response.Headers.WWWAuthenticate = "Basic realm=\"gdx\"";
            return Refuse("invalid_client", "Client authentication failed.", StatusCodes.Status401Unauthorized);
        }

        limits.Guard.Right(credentials.ConsumerKey, peer);
        if (!limits.MayHaveToken(client.Id))
        {
            return Slow(http, TimeSpan.FromSeconds(1));
        }

        if (!IsFrom(client, peer))
        {
            return Refuse("unauthorized_client", "The client may not call from this address.");
        }

        return client.Agent is { } agent
            ? Grant(client, credentials.ConsumerKey, agent, credential.Value, now)
            : Refuse("invalid_request", "agent_id is neither the citizen number of an officer nor the name of a system on the client's application.");
    }

    /// <summary>With what the client has proven who it is; else whether that was a wrong secret or signature, and not a good one that came late or twice.</summary>
    private async Task<((int Generation, string? Key)? Credential, bool Guessed)> ProveAsync(FoundClient? client, ClientCredentials credentials, DateTimeOffset now, CancellationToken ct)
    {
        if (credentials.Secret is { } secret)
        {
            var generation = (client ?? Nobody).GenerationOf(Secrets.Hash(secret), now);
            return client is null || generation is null ? (null, true) : ((generation.Value, null), false);
        }

        if (credentials.Assertion is not { } assertion || await ClientAssertion.SignerAsync(assertion, client?.Keys ?? []) is not { } key)
        {
            return (null, true);
        }

        return ClientAssertion.Fits(assertion, credentials.ConsumerKey, [address.Issuer.AbsoluteUri, address.Issuer.AbsoluteUri.TrimEnd('/'), address.Token], now) is { } fits
            && await IsFirstAsync(client!.Id, fits.Id, fits.ExpiresAt, ct) ? ((0, key.Id), false) : (null, false);
    }

    /// <summary>Of two uses of one assertion, at whichever replicas, the table lets one through.</summary>
    private async Task<bool> IsFirstAsync(Guid client, string id, DateTimeOffset expiresAt, CancellationToken ct) => await db.Database.ExecuteSqlAsync(
        $"INSERT INTO used_assertions (api_client_id, id_hash, expires_at) VALUES ({client}, {Secrets.Hash(id)}, {expiresAt}) ON CONFLICT DO NOTHING", ct) == 1;

    private static bool IsFrom(FoundClient client, IPAddress? peer)
    {
        var plain = peer is { IsIPv4MappedToIPv6: true } ? peer.MapToIPv4() : peer;
        return client.CallerAddresses.Count == 0 || (plain is not null && client.CallerAddresses.Any(range => IPNetwork.Parse(range).Contains(plain)));
    }

    private IResult Grant(FoundClient client, Guid consumerKey, string agent, (int Generation, string? Key) credential, DateTimeOffset now)
    {
        notes.Used(client.Id, credential.Generation, agent);
        var token = Tokens.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = address.Issuer.AbsoluteUri,
            Audience = Claims.ApiAudience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = keys.ForApi,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = client.Id.ToString(),
                ["client_id"] = consumerKey.ToString(),
                ["jti"] = Guid.NewGuid().ToString(),
                ["role"] = Roles.ApiClient,
                [Claims.Agency] = client.AgencyId.ToString(),
                [Claims.Agent] = agent,
                [Claims.Credential] = credential.Key is { } key ? $"key:{key}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"secret:{credential.Generation}"),
            },
        });
        return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = (int)Lifetime.TotalSeconds });
    }

    private static IResult Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);

    private static IResult Slow(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Refuse("temporarily_unavailable", "Too many requests. Wait as long as Retry-After says.", StatusCodes.Status429TooManyRequests);
    }
}

/// <summary>What a grant needs to know of a client, and the agent where the one that was asked for is on its application.</summary>
public sealed record FoundClient(
    Guid Id, Guid AgencyId, ApiClientState State, AgencyState AgencyState, byte[]? SecretHash, int SecretGeneration, byte[]? OldSecretHash, DateTimeOffset? OldSecretEndsAt, DateTimeOffset? ExpiresAt,
    IReadOnlyList<string> CallerAddresses, IReadOnlyList<ApiClientKey> Keys, string? Agent)
{
    public bool IsUsable(DateTimeOffset now) => State == ApiClientState.Active && !(ExpiresAt <= now);

    /// <summary>The generation of the secret with this hash; null where it is none that works. Takes the same time wherever it differs.</summary>
    public int? GenerationOf(byte[] secretHash, DateTimeOffset now)
    {
        var present = CryptographicOperations.FixedTimeEquals(SecretHash, secretHash);
        var old = CryptographicOperations.FixedTimeEquals(OldSecretHash, secretHash) && OldSecretEndsAt > now;
        return present ? SecretGeneration : old ? SecretGeneration - 1 : null;
    }
}

/// <summary>What one caller may ask of the token endpoint: who guesses waits (<see cref="SecretGuard"/>), and no client asks without end.</summary>
public sealed class TokenLimits(IConfiguration settings, TimeProvider clock) : IDisposable
{
    // A token costs a look-up and a signature and leaves nothing behind; a client at 2000/s is a loop that has run away.
    private readonly PartitionedRateLimiter<Guid> tokens = Limiter(settings.GetValue("Gdx:Limits:TokensPerSecond", 2000));

    public SecretGuard Guard { get; } = new(clock, settings.GetValue("Gdx:Limits:WrongSecretsOfPair", 5), settings.GetValue("Gdx:Limits:WrongSecretsOfAddress", 50));

    /// <summary>Another token for this proven client.</summary>
    public bool MayHaveToken(Guid client)
    {
        using var lease = tokens.AttemptAcquire(client);
        return lease.IsAcquired;
    }

    public void Dispose() => tokens.Dispose();

    private static PartitionedRateLimiter<Guid> Limiter(int perSecond) => PartitionedRateLimiter.Create<Guid, Guid>(client => RateLimitPartition.GetTokenBucketLimiter(client, _ => new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        QueueLimit = 0,
    }));
}
