using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>What a login leaves behind: ThaID access tokens, card challenges and the JWTs of LK2. All end with the process, as after a restart of the real one.</summary>
public sealed class Sessions(TimeProvider clock, Faults faults)
{
    private const int HourInSeconds = 3600;
    private static readonly TimeSpan ThaiIdLife = TimeSpan.FromMinutes(5); // Between scanning a code and confirming the login.
    private static readonly TimeSpan CardLife = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RenewalAfterEnd = TimeSpan.FromHours(1); // A client was seen to give up only 60 min after the end.
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (long Person, DateTimeOffset Until)> issued = new();
    private readonly ConcurrentDictionary<string, byte> ended = new();
    private long sequence;
    private long allEndedBefore;

    /// <summary>An access token of ThaID for the person, or a card's random or envelope: random text, good for minutes.</summary>
    public string Issue(string kind, long person)
    {
        foreach (var (old, (_, until)) in issued)
        {
            if (until < clock.GetUtcNow())
            {
                issued.TryRemove(old, out _);
            }
        }

        var value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        issued[$"{kind} {value}"] = (person, clock.GetUtcNow() + (kind == "thaid" ? ThaiIdLife : CardLife));
        return value;
    }

    /// <summary>Whose it is, where it is still good; it is spent by this.</summary>
    public long? Spend(string kind, string? value) =>
        issued.TryRemove($"{kind} {value}", out var found) && found.Until > clock.GetUtcNow() ? found.Person : null;

    /// <summary>A new JWT with the claims <c>userPersonalID</c>, <c>loginType</c>, <c>exp</c>.</summary>
    public string NewToken(long person, int loginType, int office)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Claims(person, loginType, office, Guid.NewGuid().ToString("N"), Interlocked.Increment(ref sequence), now, now + (faults.Now.TokenSeconds ?? HourInSeconds));
        var unsigned = $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{unsigned}.{Signature(unsigned)}";
    }

    /// <summary>The claims of the request's bearer token, or the text of the 401.</summary>
    public (Claims? Claims, string Error) Check(HttpRequest request, bool forRenewal = false)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || header.Length > 4096)
        {
            return (null, "Header Authorization only support type \"Bearer Token\"");
        }

        if (Read(header[7..]) is not { } claims)
        {
            return (null, "token is invalid");
        }

        var end = claims.Exp + (forRenewal ? (long)RenewalAfterEnd.TotalSeconds : 0);
        var over = clock.GetUtcNow().ToUnixTimeSeconds() >= end || claims.Sequence <= Interlocked.Read(ref allEndedBefore) || ended.ContainsKey(claims.Jti);
        return over ? (null, "token is expired") : (claims, "");
    }

    public void End(Claims claims) => ended.TryAdd(claims.Jti, 0);

    /// <summary>All tokens issued so far are refused from now on.</summary>
    public void EndAll() => Interlocked.Exchange(ref allEndedBefore, Interlocked.Read(ref sequence));

    private Claims? Read(string token)
    {
        var dot = token.LastIndexOf('.');
        if (dot < 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Signature(token[..dot])), Encoding.UTF8.GetBytes(token[(dot + 1)..])))
        {
            return null;
        }

        return JsonSerializer.Deserialize<Claims>(Base64Url.DecodeFromChars(token.AsSpan(Header.Length + 1, dot - Header.Length - 1)));
    }

    private string Signature(string unsigned) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(unsigned)));
}

/// <summary>The claims of an LK2 token. Seen in use: <c>userPersonalID</c>, <c>loginType</c>, <c>exp</c>; the rest is ours.</summary>
public sealed record Claims(
    [property: JsonPropertyName("userPersonalID")] long UserPersonalId,
    [property: JsonPropertyName("loginType")] int LoginType,
    [property: JsonPropertyName("officeID")] int OfficeId,
    [property: JsonPropertyName("jti")] string Jti,
    [property: JsonPropertyName("seq")] long Sequence,
    [property: JsonPropertyName("iat")] long Iat,
    [property: JsonPropertyName("exp")] long Exp);
