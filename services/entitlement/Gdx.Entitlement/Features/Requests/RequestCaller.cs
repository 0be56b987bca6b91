using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>Who calls, as the access token says: a person, and where the session acts under a membership, its agency, roles and menus.</summary>
public sealed record RequestCaller(Guid Person, Guid? Agency, IReadOnlyList<string> Roles, IReadOnlyList<string> Menus)
{
    public Standing Standing => new(
        Agency, Is(Identity.Contracts.Roles.OrganizationAdmin) || (Is(Identity.Contracts.Roles.Officer) && Menus.Contains(Identity.Contracts.Menus.RequestData)),
        Is(Identity.Contracts.Roles.DataOwner), Is(Identity.Contracts.Roles.OrganizationAdmin), Is(Identity.Contracts.Roles.SuperUser), Is(Identity.Contracts.Roles.Operator));

    public bool Is(string role) => Roles.Contains(role);

    public static RequestCaller Of(ServerCallContext context)
    {
        var user = context.GetHttpContext().User;
        return new(
            context.Person(),
            Guid.TryParse(user.FindFirst(Claims.Agency)?.Value, out var agency) ? agency : null,
            [.. user.FindAll("role").Select(claim => claim.Value)],
            [.. user.FindAll(Claims.Menu).Select(claim => claim.Value)]);
    }

    /// <summary>The agency for which the caller may write requests; refuses where there is none.</summary>
    public Guid RequireWriter() =>
        Agency is not { } agency ? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.without_agency", "You act for no agency: pick one that has approved you.")
        : Standing.Writes ? agency
        : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "Only OrganizationAdmins and officers with the menu data.request ask for data.");
}
