using System.Security.Claims;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Catalog.Features;

/// <summary>Who calls, as the access token says: a person and the agency that the session acts for, an operator, or a service (which is no person).</summary>
public sealed record Caller(Guid? Person, Guid? Agency, IReadOnlyList<string> Roles, IReadOnlyList<string> Menus)
{
    public bool IsOperator => Roles.Contains(Identity.Contracts.Roles.Operator);

    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext().User);

    public static Caller Of(ClaimsPrincipal user) => new(
        Id(user, "sub"),
        Id(user, Claims.Agency),
        [.. user.FindAll("role").Select(claim => claim.Value)],
        [.. user.FindAll(Claims.Menu).Select(claim => claim.Value)]);

    /// <summary>The person; refuses tokens that are not a person's.</summary>
    public Guid RequirePerson() => Person ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this.");

    /// <summary>The agency that the caller acts for; refuses where there is none.</summary>
    public Guid RequireAgency() => Agency ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.without_agency", "You act for no agency: pick one that has approved you.");

    /// <summary>Whether the caller decides about the data of this agency.</summary>
    public bool OwnsDataOf(Guid? agency) => agency is not null && Agency == agency && Roles.Contains(Identity.Contracts.Roles.DataOwner);

    /// <summary>The agency for which the caller may do what this menu opens: OrganizationAdmins may without.</summary>
    public Guid RequireMenu(string menu) => Menus.Contains(menu) || Roles.Contains(Identity.Contracts.Roles.OrganizationAdmin)
        ? RequireAgency()
        : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.menu_closed", $"The menu {menu} is not open to you: ask your agency's OrganizationAdmin.");

    private static Guid? Id(ClaimsPrincipal user, string claim) => Guid.TryParse(user.FindFirst(claim)?.Value, out var id) ? id : null;
}
