using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.TestEnvironment;

/// <summary>Those who may knock at a service's doors.</summary>
[Flags]
public enum Who
{
    Nobody = 0,
    Anonymous = 1,

    /// <summary>Signed in, approved by nobody.</summary>
    Person = 1 << 1,
    Officer = 1 << 2,
    Admin = 1 << 3,
    SuperUser = 1 << 4,
    DataOwner = 1 << 5,
    TechnicalContact = 1 << 6,
    Registrar = 1 << 7,
    Operator = 1 << 8,
    Auditor = 1 << 9,
    LinkageAdapter = 1 << 10,
    Notification = 1 << 11,
    Entitlement = 1 << 12,

    /// <summary>An agency's program with an access token for the exchange's API: to a service's own doors that is no token, whatever roles it claims.</summary>
    ApiClient = 1 << 13,

    /// <summary>Whoever works for an agency.</summary>
    Members = Officer | Admin | SuperUser | DataOwner | TechnicalContact | Registrar | Operator | Auditor,
    SignedIn = Person | Members,
    Services = LinkageAdapter | Notification | Entitlement,
    Everyone = Anonymous | SignedIn | Services | ApiClient,
}

/// <summary>
/// Knocks at doors: gRPC methods (<c>/gdx.identity.v1.ApiClients/Find</c>) and HTTP routes (<c>GET /claim</c>), with a message in which every
/// field is unset unless another is given, and says what became of the caller (not of the request).
/// </summary>
public static class Knock
{
    public const string LetIn = "let in";
    public const string Denied = "denied";
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The caller was let in and there is no such thing, or none that is the caller's.</summary>
    public const string Unknown = "unknown";

    /// <summary>Each of them, one by one.</summary>
    public static IReadOnlyList<Who> Callers { get; } = [.. Enum.GetValues<Who>().Where(who => int.PopCount((int)who) == 1)];

    /// <summary>Values of the role claim in the access token of such a caller.</summary>
    public static IReadOnlyList<string> RolesOf(Who who) => who switch
    {
        Who.Person => ["person"],
        Who.Officer => ["person", "officer"],
        Who.Admin => ["person", "organization-admin"],
        Who.SuperUser => ["person", "super-user"],
        Who.DataOwner => ["person", "data-owner"],
        Who.TechnicalContact => ["person", "technical-contact"],
        Who.Registrar => ["person", "registrar"],
        Who.Operator => ["person", "operator"],
        Who.Auditor => ["person", "auditor"],
        Who.LinkageAdapter => ["service", "service:linkage-adapter"],
        Who.Notification => ["service", "service:notification"],
        Who.Entitlement => ["service", "service:entitlement"],
        Who.ApiClient => ["api-client", "person", "organization-admin", "operator", "auditor", "service", "service:linkage-adapter", "service:notification", "service:entitlement"],
        _ => throw new ArgumentOutOfRangeException(nameof(who), who, "Not one caller with a token."),
    };

    /// <summary>Every route of the running service but those of gRPC's reflection and of unknown methods.</summary>
    public static IReadOnlyList<string> RoutesOf(IServiceProvider service) =>
    [
        .. from endpoint in service.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
           where !path.Contains("{unimplemented", StringComparison.Ordinal) && !path.Contains("grpc.reflection", StringComparison.Ordinal)
           from route in path.StartsWith("/gdx.", StringComparison.Ordinal) ? [path] : (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => $"{method} {path}")
           orderby route
           select route,
    ];

    /// <summary>Lets every caller knock at every door of a table; what is otherwise than the table says, and doors that stand open without a row or the other way round.</summary>
    /// <param name="service">The running service.</param>
    /// <param name="doors">Who may enter, by route.</param>
    /// <param name="client">Speaks to the address of a route.</param>
    /// <param name="authorization">The Authorization header of a caller.</param>
    /// <param name="otherwise">Routes whose callers prove themselves in another way, with tests of their own.</param>
    public static async Task<IReadOnlyList<string>> SurprisesAsync(
        IServiceProvider service, IReadOnlyDictionary<string, Who> doors, Func<string, HttpClient> client, Func<Who, string?> authorization, params IReadOnlyCollection<string> otherwise)
    {
        var routes = RoutesOf(service).Except(otherwise).ToList();
        var surprises = routes.Except(doors.Keys).Select(route => $"{route} has no row").Concat(doors.Keys.Except(routes).Select(route => $"{route} is no route")).ToList();
        foreach (var (route, allowed) in doors)
        {
            using var http = client(route);
            foreach (var caller in Callers)
            {
                var (outcome, expected) = (await AtAsync(http, route, authorization(caller)), Expected(allowed, caller));
                if ((outcome == Unknown ? LetIn : outcome) != expected)
                {
                    surprises.Add($"{route} as {caller}: {outcome}, expected: {expected}");
                }
            }

            if (!allowed.HasFlag(Who.Anonymous) && await AtAsync(http, route, "Bearer nonsense") is not Unauthenticated and var opened)
            {
                surprises.Add($"{route} with a token that is none: {opened}");
            }
        }

        return surprises;
    }

    /// <summary>What should become of this caller where these are allowed.</summary>
    public static string Expected(Who allowed, Who caller) => allowed.HasFlag(caller) ? LetIn : caller is Who.Anonymous or Who.ApiClient ? Unauthenticated : Denied;

    /// <summary>Knocks once.</summary>
    public static async Task<string> AtAsync(HttpClient http, string route, string? authorization, byte[]? message = null)
    {
        using var request = route[0] == '/' ? Grpc(route, message ?? []) : new HttpRequestMessage(new(route.Split(' ')[0]), route.Split(' ')[1]);
        request.Headers.TryAddWithoutValidation("authorization", authorization);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Unauthenticated,
            HttpStatusCode.Forbidden => Denied,
            >= HttpStatusCode.InternalServerError => $"fault {answer.StatusCode}",
            HttpStatusCode.OK when route[0] == '/' => Say(await StatusAsync(answer)),
            _ => LetIn,
        };
    }

    private static string Say(StatusCode status) => status switch
    {
        StatusCode.Unauthenticated => Unauthenticated,
        StatusCode.PermissionDenied => Denied,
        StatusCode.NotFound => Unknown,
        StatusCode.Internal or StatusCode.Unknown or StatusCode.Unimplemented or StatusCode.Unavailable => $"fault {status}",
        _ => LetIn,
    };

    private static HttpRequestMessage Grpc(string route, byte[] message)
    {
        byte[] frame = [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];
        return new(HttpMethod.Post, route)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { TE = { new("trailers") } },
        };
    }

    /// <summary>The status of a call; of one that streams the first byte is enough.</summary>
    private static async Task<StatusCode> StatusAsync(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("grpc-status", out var status))
        {
            await using var body = await answer.Content.ReadAsStreamAsync();
            if (await body.ReadAsync(new byte[1]) > 0)
            {
                return StatusCode.OK;
            }

            answer.TrailingHeaders.TryGetValues("grpc-status", out status);
        }

        return status is null ? StatusCode.Unknown : (StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture);
    }
}
