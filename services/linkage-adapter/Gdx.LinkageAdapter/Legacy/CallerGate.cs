using System.Security.Cryptography;
using Gdx.LinkageAdapter.Evidence;
using Gdx.LinkageAdapter.Watching;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>Who calls the legacy wire: the client behind a Consumer-Key, and the answer to those who are nobody.</summary>
public sealed class CallerGate(ClientBook clients, EdgeLimits limits, RefusalCounts counts)
{
    public const string ConsumerKey = "Consumer-Key";
    public const string Token = "Token";

    /// <summary>The active client with this key; null where there is none, also where the key is not a UUID.</summary>
    public KnownClient? Find(string? consumerKey) =>
        Guid.TryParseExact(consumerKey, "D", out var key) && clients.Find(key) is { IsActive: true } client ? client : null;

    /// <summary>Whether this client, found a while ago, is still one.</summary>
    public bool IsActive(KnownClient client) => clients.Find(client.ConsumerKey) is { IsActive: true } now && now.Id == client.Id;

    /// <summary>Whether the secret is this client's; the comparison takes the same time wherever it differs.</summary>
    public static bool Proves(KnownClient client, string secret) =>
        CryptographicOperations.FixedTimeEquals(client.SecretHash, Tokens.TokenHash.OfSecret(secret));

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

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
}
