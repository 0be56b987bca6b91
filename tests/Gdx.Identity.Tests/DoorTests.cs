using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Gdx.Identity.Contracts;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private static readonly Who[] Callers = [.. Enum.GetValues<Who>().Where(who => int.PopCount((int)who) == 1)];

    public static TheoryData<string> Routes => [.. Doors.All.Select(door => door.Route)];

    [Fact]
    public void Every_route_of_the_running_service_is_in_the_table()
    {
        var running = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } route && !route.Contains("{unimplemented", StringComparison.Ordinal) && !route.Contains("grpc.reflection", StringComparison.Ordinal))
            .SelectMany(RoutesOf);

        Assert.Equal(running.Order(), Doors.All.Select(door => door.Route).Order());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Only_those_enter_who_may(string route)
    {
        var door = Doors.All.Single(one => one.Route == route);
        var agency = await SignedIn.AgencyAsync(app);
        foreach (var caller in Callers)
        {
            var outcome = await KnockAsync(route, await TokenAsync(caller, agency), []);
            var expected = door.Allowed.HasFlag(caller) ? "let in" : caller == Who.Anonymous ? "unauthenticated" : "denied";
            Assert.True((outcome == "unknown" ? "let in" : outcome) == expected, $"{route} as {caller}: {outcome}, expected: {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_reaches_into_another_agency(string route)
    {
        var door = Doors.All.Single(one => one.Route == route);
        var (own, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        foreach (var caller in Callers.Where(caller => door.Foreign is not null && door.Allowed.HasFlag(caller) && (Who.Members & ~(Who.Operator | Who.Auditor)).HasFlag(caller)))
        {
            var outcome = await KnockAsync(route, await TokenAsync(caller, own), (await door.Foreign!(app, other)).ToByteArray());
            Assert.True(outcome is "denied" or "unknown", $"{route} as {caller} of another agency: {outcome}");
        }
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic bWFrZXI6c2VjcmV0")]
    public async Task A_token_that_is_none_opens_nothing(string authorization)
    {
        foreach (var door in Doors.All.Where(door => !door.Allowed.HasFlag(Who.Anonymous)))
        {
            Assert.Equal("unauthenticated", await KnockAsync(door.Route, authorization, []));
        }
    }

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint)
    {
        var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        return path.StartsWith("/gdx.", StringComparison.Ordinal) ? [path] : methods.Select(method => $"{method} {path}");
    }

    /// <summary>The Authorization header of a caller of this kind, in this agency where it is in one.</summary>
    private async Task<string?> TokenAsync(Who who, Guid agency)
    {
        return who switch
        {
            Who.Anonymous => null,
            Who.LinkageAdapter => $"Bearer {await app.TokenAsync(IdentityApp.Adapter)}",
            Who.Notification => $"Bearer {await app.TokenAsync(IdentityApp.Mailer)}",
            Who.Entitlement => $"Bearer {await app.TokenAsync(IdentityApp.Entitlement)}",
            Who.Person => $"Bearer {(await SignedIn.AnyoneAsync(app)).Token}",
            _ => $"Bearer {(await SignedIn.AsAsync(app, agency, Role(who))).Token}",
        };

        static string Role(Who who) => who switch
        {
            Who.Officer => Roles.Officer,
            Who.Admin => Roles.OrganizationAdmin,
            Who.SuperUser => Roles.SuperUser,
            Who.DataOwner => Roles.DataOwner,
            Who.TechnicalContact => Roles.TechnicalContact,
            Who.Registrar => Roles.Registrar,
            Who.Operator => Roles.Operator,
            Who.Auditor => Roles.Auditor,
            _ => throw new ArgumentOutOfRangeException(nameof(who), who, null),
        };
    }

    /// <summary>Sends a message (an empty one is every field unset) and says what became of the caller, not of the request.</summary>
    private async Task<string> KnockAsync(string route, string? authorization, byte[] message)
    {
        using var http = app.CreateDefaultClient();
        using var request = route[0] == '/' ? Grpc(route, message) : new HttpRequestMessage(new(route.Split(' ')[0]), route.Split(' ')[1]);
        request.Headers.TryAddWithoutValidation("authorization", authorization);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return route[0] == '/' ? Say(await StatusAsync(answer)) : answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "unauthenticated",
            HttpStatusCode.Forbidden => "denied",
            >= HttpStatusCode.InternalServerError => $"fault {answer.StatusCode}",
            _ => "let in",
        };
    }

    private static string Say(StatusCode status) => status switch
    {
        StatusCode.Unauthenticated => "unauthenticated",
        StatusCode.PermissionDenied => "denied",
        StatusCode.NotFound => "unknown",
        StatusCode.Internal or StatusCode.Unknown or StatusCode.Unimplemented or StatusCode.Unavailable => $"fault {status}",
        _ => "let in",
    };

    private static HttpRequestMessage Grpc(string route, byte[] message)
    {
        byte[] frame = [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];
        return new(HttpMethod.Post, route)
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { TE = { new("trailers") } },
        };
    }

    /// <summary>The status of a call; of one that streams the first byte is enough.</summary>
    private static async Task<StatusCode> StatusAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
                HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
                _ => StatusCode.Unknown,
            };
        }

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
