using System.Text.Json;
using Gdx.LinkageAdapter.Budgets;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>
/// An answer of the exchange's own wire. Errors are <c>{"Message":"…"}</c>, those of linked data <c>{"Code":"95010","Message":"…"}</c> with the
/// Linkage Center's five digits as a string; client programs parse exactly these.
/// </summary>
public readonly record struct LegacyAnswer(int Status, ReadOnlyMemory<byte> Body, int RetryAfterSeconds = 0, string? Allow = null)
{
    // An apostrophe is written as such: client programs show these texts as they are.
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The gateway's own texts: clients look for them.
    public static readonly LegacyAnswer ConsumerNotFound = Plain(403, "ForbiddenException: consumer not found");
    public static readonly LegacyAnswer AgentNotFound = Plain(403, "ForbiddenException: agent not found");
    public static readonly LegacyAnswer AddressRefused = Plain(403, "ForbiddenException: address not allowed");
    public static readonly LegacyAnswer TokenNotFound = Plain(401, "UnauthorizedException: token not found");
    public static readonly LegacyAnswer RouteNotFound = Plain(404, "NotFoundException: no such service");

    // Codes of the Linkage Center, used in their own sense.
    public static readonly LegacyAnswer Stale = Coded(503, "90014", "The exchange cannot confirm rights at the moment. Try again in a few seconds.") with { RetryAfterSeconds = 5 };
    public static readonly LegacyAnswer NotRecorded = Coded(503, "90025", "The call could not be recorded, so its answer is withheld. Try again in a few seconds.") with { RetryAfterSeconds = 5 };
    public static readonly LegacyAnswer TooManyCalls = Coded(429, "90008", "Too many calls. Slow down.") with { RetryAfterSeconds = 1 };
    public static readonly LegacyAnswer TooLarge = Coded(413, "95015", "The request is larger than 64 KB.");
    public static readonly LegacyAnswer NoSuchService = Coded(404, "95012", "There is no such service or version at this office.");
    public static readonly LegacyAnswer NoData = Coded(404, "90500", "No data.");
    public static readonly LegacyAnswer Unreachable = Coded(502, "95013", "The source cannot be reached.");
    public static readonly LegacyAnswer NoAccount = Coded(502, "95013", "The exchange has no account of your agency at this source for this purpose.");
    public static readonly LegacyAnswer TimedOut = Coded(504, "90012", "The source did not answer in time.");
    public static readonly LegacyAnswer SourceBudget = Coded(429, "90008", "The quota of your agency at the source is used up.");
    public static readonly LegacyAnswer Fault = Plain(500, "InternalServerErrorException: the exchange failed to answer");

    /// <summary>A parameter or header that cannot be what it should be. The text names it and never repeats its value.</summary>
    public static LegacyAnswer BadInput(string why) => Coded(400, "90011", why);

    /// <summary>A budget of the grant is used up: a second later it may fit again, or when the next Thai day begins.</summary>
    public static LegacyAnswer OverBudget(BudgetRefusal refusal, DateTimeOffset at) =>
        Coded(429, "90008", refusal.Message) with { RetryAfterSeconds = refusal == BudgetRefusal.Rate ? 1 : BudgetBook.SecondsLeft(at) };

    public static LegacyAnswer MethodNotAllowed(string allow) => Plain(405, $"MethodNotAllowedException: only {allow} is answered here") with { Allow = allow };

    /// <summary>The source's own status, as the Linkage Center passes statuses of agencies on: <c>00001</c> to <c>00999</c>.</summary>
    public static LegacyAnswer SourceFault(int status) => Coded(502, $"00{Math.Clamp(status, 1, 999):000}", "The source answered with a fault.");

    public static LegacyAnswer Coded(int status, string code, string message) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { Code = code, Message = message }, Plainly));

    public static LegacyAnswer Plain(int status, string message) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { Message = message }, Plainly));
}
