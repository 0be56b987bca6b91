using System.Security.Claims;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Notification.Features;

/// <summary>Who calls, as the access token says: a person, and the agency that the session acts for where there is one.</summary>
public sealed record Caller(Guid Person, Guid? Agency, bool IsOperator)
{
    /// <summary>The agency that the caller acts for; refuses where there is none.</summary>
    public Guid RequireAgency() => Agency ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.without_agency", "You act for no agency: pick one that has approved you.");

    /// <summary>From a gRPC call; refuses tokens that are not a person's.</summary>
    public static Caller Of(ServerCallContext context)
    {
        var user = context.GetHttpContext().User;
        return new(
            Id(user, "sub") ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this."),
            Id(user, Claims.Agency),
            user.IsInRole(Roles.Operator));
    }

    private static Guid? Id(ClaimsPrincipal user, string claim) => Guid.TryParse(user.FindFirst(claim)?.Value, out var id) ? id : null;
}
