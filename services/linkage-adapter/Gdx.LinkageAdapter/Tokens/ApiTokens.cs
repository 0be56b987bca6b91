using System.Collections.Concurrent;
using System.Globalization;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Watching;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.LinkageAdapter.Tokens;

/// <summary>What an access token of an API client says (RFC 9068, audience gdx-api). Whether client, agent and credential still count is the caller's to look up.</summary>
public sealed record ApiToken(Guid ClientId, Guid ConsumerKey, string AgentId, Credential Credential, DateTimeOffset ExpiresAt);

/// <summary>
/// Reads access tokens of API clients with Identity's keys, which are fetched in the background: a call never waits for Identity. A token that was
/// read once is known by its hash until it expires.
/// </summary>
public sealed partial class ApiTokens(IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider clock, ILogger<ApiTokens> log) : BackgroundService
{
    private const string Scheme = "Bearer ";
    private const int LongestToken = 4096; // Ours have some 700 characters.
    private const int Most = 50_000; // About 400 bytes each: 20 MB. Beyond it signatures are checked again.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly JsonWebTokenHandler Tokens = new();
    private readonly ConcurrentDictionary<TokenHash, ApiToken> known = new();
    private volatile OpenIdConnectConfiguration? issuer;
    private volatile bool refresh;

    /// <summary>False until Identity's keys have been fetched once.</summary>
    public bool IsReady => issuer is not null;

    /// <summary>The token in an Authorization header; null where the header is of another kind.</summary>
    public static string? InHeader(string? authorization) =>
        authorization is { Length: > 7 } && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;

    /// <summary>What the token says, also where it has expired; null where Identity did not issue it for this API.</summary>
    public async ValueTask<ApiToken?> ReadAsync(string text)
    {
        if (text.Length > LongestToken || issuer is not { } from)
        {
            return null;
        }

        var hash = TokenHash.Of(TokenHash.OfSecret(text));
        if (known.TryGetValue(hash, out var read))
        {
            return read;
        }

        var result = await Tokens.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = from.Issuer,
            ValidAudience = Claims.ApiAudience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = from.SigningKeys,
            ValidateLifetime = false, // By the service's own clock, in IsAlive.
        });
        if (!result.IsValid)
        {
            refresh |= result.Exception is SecurityTokenSignatureKeyNotFoundException; // A new key of Identity's, or a made-up one: at most one look a second.
            return null;
        }

        var token = Translate((JsonWebToken)result.SecurityToken);
        if (token is not null)
        {
            Remember(hash, token);
        }

        return token;
    }

    /// <summary>Whether the token has not expired; ten seconds are allowed to clocks that differ.</summary>
    public bool IsAlive(ApiToken token) => clock.GetUtcNow() < token.ExpiresAt.AddSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every); // Real time: it only spares the other side.
        var manager = bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!;
        do
        {
            try
            {
                if (refresh)
                {
                    refresh = false;
                    manager.RequestRefresh();
                }

                issuer = await manager.GetConfigurationAsync(stoppingToken); // From memory, except when it is due.
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotFetched(exception.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (await WaitAsync());

        async Task<bool> WaitAsync()
        {
            Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            await ((Task)tick).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return tick.IsCompletedSuccessfully;
        }
    }

    private static ApiToken? Translate(JsonWebToken token)
    {
        return Guid.TryParse(token.Subject, out var client) && Guid.TryParse(Of("client_id"), out var key) && Of(Claims.Agent) is { Length: > 0 } agent
        && token.Claims.Any(claim => claim is { Type: "role", Value: Roles.ApiClient }) && Read(Of(Claims.Credential)) is { } credential && token.ValidTo > DateTime.MinValue
            ? new(client, key, agent, credential, token.ValidTo)
            : null;

        string? Of(string claim) => token.TryGetPayloadValue<string>(claim, out var value) ? value : null;
    }

    private static Credential? Read(string? credential) => credential?.Split(':', 2) switch
    {
        ["secret", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) => new(generation, null),
        ["key", { Length: > 0 } key] => new(0, key),
        _ => null,
    };

    private void Remember(TokenHash hash, ApiToken token)
    {
        if (known.Count >= Most)
        {
            foreach (var (old, expired) in known.Where(pair => !IsAlive(pair.Value)))
            {
                known.TryRemove(old, out _);
            }
        }

        if (known.Count < Most)
        {
            known[hash] = token;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of access tokens could not be fetched from Identity, trying again: {Fault}")]
    private partial void NotFetched(string fault);
}
