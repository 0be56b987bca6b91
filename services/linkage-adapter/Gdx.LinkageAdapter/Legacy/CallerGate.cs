using Gdx.Edge;
using Gdx.LinkageAdapter.Evidence;
using Gdx.LinkageAdapter.Usage;
using Gdx.LinkageAdapter.Watching;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>Who calls: the client behind a Consumer-Key, and the answer to those who are nobody.</summary>
public sealed class CallerGate(ClientBook clients, EdgeLimits limits, RefusalCounts counts, SecretGuard guard, UseBook uses, TimeProvider clock)
{
    public const string ConsumerKey = "Consumer-Key";
    public const string Token = "Token";

    /// <summary>The active client with this key; null where there is none, also where the key is not a UUID.</summary>
    public KnownClient? Find(string? consumerKey) => Guid.TryParseExact(consumerKey, "D", out var key) ? Find(key) : null;

    /// <inheritdoc cref="Find(string?)"/>
    public KnownClient? Find(Guid consumerKey) => clients.Find(consumerKey) is { } client && client.IsUsable(clock.GetUtcNow()) ? client : null;

    /// <summary>Whether this client, found a while ago, is still one, and what it proved itself with still counts.</summary>
    public bool IsActive(KnownClient client, Credential credential) => Find(client.ConsumerKey) is { } now && now.Id == client.Id && now.Holds(credential, clock.GetUtcNow());

    /// <summary>Which of the client's secrets this is; null where it is none. A right one always counts, however many wrong ones somebody else sends.</summary>
    public Credential? Proves(HttpContext context, KnownClient? client, string? consumerKey, string? secret)
    {
        if (client is null || secret is null || client.GenerationOf(Tokens.TokenHash.OfSecret(secret), clock.GetUtcNow()) is not { } generation)
        {
            return null;
        }

        guard.Right(Key(consumerKey), context.Connection.RemoteIpAddress);
        return new(generation, null);
    }

    /// <summary>A wrong secret, or a key that nobody has: null where it is answered as such, the refusal where its sender has to wait, ever longer.</summary>
    public LegacyAnswer? Guessed(HttpContext context, KnownClient? client, string? consumerKey)
    {
        var address = context.Connection.RemoteIpAddress;
        uses.Guessed(client?.Id, address);
        if (guard.Wrong(Key(consumerKey), address) is not { Ticks: > 0 } wait)
        {
            return null;
        }

        counts.Count(RefusalCounts.RateExceeded, Address(context));
        return LegacyAnswer.TooManyCalls with { RetryAfterSeconds = (int)Math.Ceiling(wait.TotalSeconds) };
    }

    /// <summary>The refusal of an access token that is none, or of a client that is none any more.</summary>
    public LegacyAnswer RefuseToken(HttpContext context)
    {
        if (!MayRefuse(context))
        {
            return LegacyAnswer.TooManyCalls;
        }

        counts.Count(RefusalCounts.UnknownClient, Address(context));
        return LegacyAnswer.TokenNotFound;
    }

    /// <summary>The refusal of a caller that nobody knows, counted per minute and not call by call.</summary>
    public LegacyAnswer RefuseStranger(HttpContext context, string? consumerKey)
    {
        if (!MayRefuse(context))
        {
            return LegacyAnswer.TooManyCalls;
        }

        // A key that is revoked, or whose secret nobody has claimed, can prove nothing any more; whose it was is worth keeping.
        if (Guid.TryParseExact(consumerKey, "D", out var key) && clients.Find(key) is { } known)
        {
            counts.Count(RefusalCounts.InactiveClient, known.Id.ToString());
        }
        else
        {
            counts.Count(RefusalCounts.UnknownClient, Address(context));
        }

        return LegacyAnswer.ConsumerNotFound;
    }

    /// <summary>Whether a refusal of a known client may still be recorded as its own: beyond the limit it is only counted.</summary>
    public bool MayRefuse(HttpContext context)
    {
        if (limits.Refused(context.Connection.RemoteIpAddress))
        {
            return true;
        }

        counts.Count(RefusalCounts.RateExceeded, Address(context));
        return false;
    }

    /// <summary>The refusal of a known client that calls too often.</summary>
    public LegacyAnswer SlowDown(KnownClient client)
    {
        counts.Count(RefusalCounts.RateExceeded, client.Id.ToString());
        return LegacyAnswer.TooManyCalls;
    }

    private static Guid Key(string? consumerKey) => Guid.TryParseExact(consumerKey, "D", out var key) ? key : Guid.AllBitsSet;

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
}
