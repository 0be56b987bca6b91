using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>Who may do what with a grant. Taking away needs one person; giving back must never come from those who profit by it.</summary>
public static class GrantRules
{
    /// <summary>Until a procedure says otherwise: the Linkage Center has rights looked at once a year.</summary>
    public const int RecertifyMonths = 12;

    private static readonly TimeSpan Thailand = TimeSpan.FromHours(7); // No summer time since ever; a year is a year of the Thai calendar, and leap days are of that, too.

    public enum Refusal
    {
        None = 0,
        NotYours,
        OwnAgency,
        Maker,
        State,
    }

    /// <summary>Suspending and revoking.</summary>
    public static Refusal TakeAway(GrantPlace place) => place.Standing == GrantStanding.Unspecified ? Refusal.NotYours : Refusal.None;

    /// <summary>Resuming; a central agency only what it suspended itself.</summary>
    public static Refusal Resume(GrantPlace place, Guid person, IReadOnlySet<Guid> makers, GrantStanding suspendedAs) =>
        place.Standing == GrantStanding.Unspecified || (place.Standing == GrantStanding.Central && suspendedAs != GrantStanding.Central) ? Refusal.NotYours : Give(place, person, makers);

    /// <summary>The data owner says that the right is still needed; the operator where there is no owner to say it, or where it would be the holder itself.</summary>
    public static Refusal Recertify(GrantPlace place, Guid person, IReadOnlySet<Guid> makers, Guid holder, Guid? owner) =>
        place.Owner || (place.Operator && (owner is null || owner == holder)) ? Give(place, person, makers) : Refusal.NotYours;

    private static Refusal Give(GrantPlace place, Guid person, IReadOnlySet<Guid> makers) =>
        place.Holder ? Refusal.OwnAgency : makers.Contains(person) ? Refusal.Maker : Refusal.None;

    /// <summary>Until when a grant is good that is recertified now; never beyond its end.</summary>
    public static DateTimeOffset GoodUntil(DateTimeOffset now, int months, DateTimeOffset validUntil) =>
        now.ToOffset(Thailand).AddMonths(months).ToUniversalTime() is var next && next < validUntil ? next : validUntil;

    /// <summary>The last moment at which a right of so many years from then on may end.</summary>
    public static DateTimeOffset YearsFrom(DateTimeOffset from, int years) => from.ToOffset(Thailand).AddYears(years).ToUniversalTime();

    public static void Require(Refusal refusal)
    {
        if (refusal != Refusal.None)
        {
            throw refusal switch
            {
                Refusal.OwnAgency => OwnAgency(),
                Refusal.Maker => Problems.Rpc(StatusCode.PermissionDenied, "entitlement.grant.maker", "Whoever recorded or asked for this right cannot give it back: ask somebody else."),
                Refusal.State => Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.grant.state", "The grant is revoked, its period is over, or it needs no recertification: this cannot be done with it."),
                _ => Problems.Rpc(StatusCode.PermissionDenied, "entitlement.grant.not_yours", "You may see this grant; whether it holds is decided by the data owner, the operator, or the agency whose grant it hangs on."),
            };
        }
    }

    public static RpcException OwnAgency() =>
        Problems.Rpc(StatusCode.PermissionDenied, "entitlement.grant.own_agency", "You act for the agency whose right this is: somebody of another one must give it back or make it wider.");
}
