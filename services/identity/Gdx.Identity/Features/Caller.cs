using System.Globalization;
using System.Security.Claims;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Identity.Features;

/// <summary>Who calls, as the access token says: a person, and where the session acts under a membership, its agency, roles and menus.</summary>
public sealed record Caller(Guid Person, Guid? Session, Guid? Agency, Guid? Membership, IReadOnlyList<string> Roles, IReadOnlyList<string> Menus, DateTimeOffset? StepUpUntil)
{
    public bool Is(string role) => Roles.Contains(role);

    /// <summary>The agency that the caller acts for; refuses where there is none.</summary>
    public Guid RequireAgency() => Agency ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.without_agency", "You act for no agency: pick one that has approved you.");

    /// <summary>From a gRPC call; refuses tokens that are not a person's.</summary>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext().User);

    public static Caller Of(ClaimsPrincipal user) => new(
        Id(user, "sub") ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this."),
        Id(user, Claims.Session),
        Id(user, Claims.Agency),
        Id(user, Claims.Membership),
        [.. user.FindAll("role").Select(claim => claim.Value)],
        [.. user.FindAll(Claims.Menu).Select(claim => claim.Value)],
        long.TryParse(user.FindFirst(Claims.StepUpUntil)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var until) ? DateTimeOffset.FromUnixTimeSeconds(until) : null);

    private static Guid? Id(ClaimsPrincipal user, string claim) => Guid.TryParse(user.FindFirst(claim)?.Value, out var id) ? id : null;
}
