using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.People: profiles, and who somebody is.</summary>
public sealed partial class PeopleService(
    IdentityDb db, SubjectKey subjects, Providers providers, Portal portal, PublicAddress address, IHostEnvironment environment, TimeProvider clock) : People.PeopleBase
{
    private const int MostMemberships = 100; // Five times what one person may have open.

    private async Task<Profile> AnswerAsync(Guid id, CancellationToken ct)
    {
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        var pin = await db.Pins.AsNoTracking().Where(one => one.PersonId == id).Select(one => new { one.LockedAt }).SingleOrDefaultAsync(ct);
        var profile = Answer(person, pin is null ? PinState.None : pin.LockedAt is null ? PinState.Set : PinState.Locked);
        profile.Memberships.Add(await db.ReadAsync(
            db.Memberships.Where(own => own.PersonId == id && own.State != MembershipState.Refused && own.State != MembershipState.Ended), MostMemberships, ct));
        return profile;
    }

    private static Profile Answer(Data.Person person, PinState pin) => new()
    {
        Id = person.Id.ToString(),
        NameTh = person.NameTh ?? "",
        NameEn = person.NameEn ?? "",
        Email = person.Email ?? "",
        CitizenVerified = person.CitizenVerifiedAt is not null,
        CitizenVerifiedAt = person.CitizenVerifiedAt?.ToTimestamp(),
        PinState = pin,
        CreatedAt = person.CreatedAt.ToTimestamp(),
        NameVerified = person.NameVerifiedAt is not null,
    };

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.person.unknown", "There is no person with this id.");
}

/// <summary>What a registrar at a desk reads from a card.</summary>
internal static class Desk
{
    public static CitizenId Citizen(string text) => CitizenId.TryParse(text, out var citizen)
        ? citizen
        : throw Problems.Invalid("citizen_id", "must be 13 digits with a valid check digit");

    public static RpcException Own() => Problems.Rpc(StatusCode.PermissionDenied, "identity.person.own", "No registrar does this for themself: go to another registrar.");
}
