using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>Who calls, as the access token says: a person, the agency that the session acts for, and the roles there.</summary>
public sealed record GrantCaller(Guid Person, Guid? Agency, IReadOnlyList<string> Roles)
{
    public static GrantCaller Of(ServerCallContext context)
    {
        var user = context.GetHttpContext().User;
        return new(
            context.Person(),
            Guid.TryParse(user.FindFirst(Claims.Agency)?.Value, out var agency) ? agency : null,
            [.. user.FindAll("role").Select(claim => claim.Value)]);
    }

    public bool Is(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (Roles.Contains(role))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Operators and auditors see every agency's.</summary>
    public bool SeesAll => Is(Identity.Contracts.Roles.Operator, Identity.Contracts.Roles.Auditor);

    /// <summary>The agency that the caller acts for; refuses where there is none.</summary>
    public Guid RequireAgency() => Agency ?? throw Problems.Rpc(StatusCode.PermissionDenied, "caller.without_agency", "You act for no agency: pick one that has approved you.");
}

/// <summary>What a caller is to a grant.</summary>
/// <param name="Operator">Of the exchange.</param>
/// <param name="Owner">A DataOwner of the agency whose data it is.</param>
/// <param name="Central">An OrganizationAdmin of the agency whose grant it hangs on.</param>
/// <param name="Holder">Acts for the agency that holds it, in whatever role.</param>
/// <param name="Sees">May read it.</param>
public readonly record struct GrantPlace(bool Operator, bool Owner, bool Central, bool Holder, bool Sees)
{
    public static GrantPlace Of(GrantCaller caller, Data.Grant grant, Guid? parentAgency)
    {
        var (owner, central, holder) = (
            caller.Is(Roles.DataOwner) && caller.Agency is not null && caller.Agency == grant.OwnerAgencyId,
            caller.Is(Roles.OrganizationAdmin) && caller.Agency is not null && caller.Agency == parentAgency,
            caller.Agency == grant.AgencyId);
        return new(caller.Is(Roles.Operator), owner, central, holder,
            caller.SeesAll || owner || central || (holder && caller.Is(Roles.OrganizationAdmin, Roles.SuperUser, Roles.Officer)));
    }

    /// <summary>As what the caller acts: the highest.</summary>
    public GrantStanding Standing => Operator ? GrantStanding.Operator : Owner ? GrantStanding.Owner : Central ? GrantStanding.Central : GrantStanding.Unspecified;
}
