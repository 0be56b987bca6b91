using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Pin = Gdx.Identity.Data.Pin;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Pins: the 4-digit PIN, obtained in person, that opens linked personal data on the web.</summary>
public sealed partial class PinService(IdentityDb db, SubjectKey subjects, Peppers peppers, PinHasher hasher, PinLimits limits, TimeProvider clock) : Pins.PinsBase
{
    private const int MostWrongTries = 3;

    public static void Add(WebApplicationBuilder builder) => builder.Services
        .AddSingleton(new Peppers(builder.Configuration)) // Now, so that a missing pepper stops the start and not the first PIN.
        .AddSingleton<PinHasher>().AddSingleton<PinLimits>();

    /// <summary>The person at the registrar's desk, by the number on the card, under a lock; and the registrar's own membership, which says the office.</summary>
    private async Task<(Data.Person Person, Data.Membership Registrar)> AtDeskAsync(CitizenId citizen, Caller caller, CancellationToken ct)
    {
        var registrar = await db.RequireRoleAsync(caller, Roles.Registrar, ct);
        var hash = subjects.Hash(citizen);
        var person = await db.People.FromSql($"SELECT *, xmin FROM people WHERE citizen_id_hash = {hash} FOR UPDATE").SingleOrDefaultAsync(ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.person.unknown", "Nobody with this number has signed in.");
        return person.Id == caller.Person ? throw Desk.Own() : (person, registrar);
    }

    /// <summary>Whether the session is alive and acts for an agency that its person works for, now: tokens may be minutes old.</summary>
    private Task<bool> MayCheckAsync(Caller caller, CancellationToken ct) => (
        from session in db.Sessions
        join member in db.Memberships on session.MembershipId equals member.Id
        join agency in db.Agencies on member.AgencyId equals agency.Id
        join person in db.People on session.PersonId equals person.Id
        where session.Id == caller.Session && session.PersonId == caller.Person && session.EndedAt == null
            && member.PersonId == caller.Person && member.State == MembershipState.Active && agency.State == AgencyState.Active && person.CitizenVerifiedAt != null
        select session.Id).AnyAsync(ct);

    /// <summary>
    /// One try at the own PIN; <paramref name="then"/> follows the right one in the same transaction. Whatever comes of it, exactly one hash is made
    /// for it. Tries are counted one after the other under the row's lock, so that any number of them at once are three; the third wrong one in a row locks.
    /// </summary>
    private async Task TryAsync(Caller caller, string pin, Func<Pin, Task> then, CancellationToken ct)
    {
        var seen = await db.Pins.AsNoTracking().SingleOrDefaultAsync(one => one.PersonId == caller.Person, ct);
        var fits = await hasher.FitsAsync(caller.Person, pin, seen, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await MayCheckAsync(caller, ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.pin.not_now", "A PIN is checked while you work for an agency that has approved you.");
        }

        var kept = await db.Pins.FromSql($"SELECT *, xmin FROM pins WHERE person_id = {caller.Person} FOR UPDATE").SingleOrDefaultAsync(ct) ?? throw Wrong();
        if (kept.LockedAt is not null)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.pin.locked", "Three wrong PINs in a row have locked it. A registrar unlocks it in person.");
        }

        // What was hashed with the salt of an earlier PIN is no try at this one, and counts as none.
        if (seen is null || !kept.Salt.AsSpan().SequenceEqual(seen.Salt))
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "The PIN was changed at the same moment. Try again.");
        }

        if (fits)
        {
            kept.WrongTries = 0;
            await then(kept);
        }
        else if (++kept.WrongTries >= MostWrongTries)
        {
            var now = clock.GetUtcNow();
            kept.LockedAt = now;
            await CloseSetupsAsync(kept.PersonId, ct); // A code from before does not unlock.
            db.Publish(kept.PersonId, new PinLocked { PersonId = kept.PersonId, LockId = Guid.CreateVersion7(now), At = now });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (!fits)
        {
            throw Wrong();
        }
    }

    private Task<int> CloseSetupsAsync(Guid person, CancellationToken ct) =>
        db.PinSetups.Where(setup => setup.PersonId == person && setup.ClosedAt == null).ExecuteUpdateAsync(set => set.SetProperty(setup => setup.ClosedAt, clock.GetUtcNow()), ct);

    private SetPinReply Keep(Pin pin, DateTimeOffset now)
    {
        (pin.PinId, pin.SetAt, pin.WrongTries, pin.LockedAt) = (Guid.CreateVersion7(now), now, 0, null);
        db.Publish(pin.PersonId, new PinSet { PersonId = pin.PersonId, PinId = pin.PinId, At = now });
        return new SetPinReply { SetAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now) };
    }

    private static RpcException Wrong() => Problems.Rpc(StatusCode.PermissionDenied, "identity.pin.wrong", "This is not your PIN, or you have none. After three wrong ones in a row it is locked.");
}
