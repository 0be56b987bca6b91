using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    /// <summary>gRPC gdx.identity.v1.People/VerifyCitizen: a registrar has the person and the card at the desk, and says whose number it is.</summary>
    [Authorize(Roles = Roles.Registrar)]
    public override async Task<Profile> VerifyCitizen(VerifyCitizenRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        var (id, hash) = (Fields.Id("person_id", request.PersonId), subjects.Hash(Desk.Citizen(request.CitizenId)));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // As at every sign-in and proof, and first as there: what becomes of one number is decided once at a time, and nobody waits in a circle.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941)", ct);
        await db.RequireRoleAsync(caller, Roles.Registrar, ct);
        var people = await db.People.FromSql($"SELECT *, xmin FROM people WHERE id = {id} OR citizen_id_hash = {hash} ORDER BY id FOR UPDATE").ToListAsync(ct);
        var person = people.Find(one => one.Id == id && one.MergedIntoId is null) ?? throw Unknown();
        var known = people.Find(one => one.CitizenIdHash is not null && one.CitizenIdHash.AsSpan().SequenceEqual(hash));
        if (caller.Person == person.Id || caller.Person == known?.Id)
        {
            throw Desk.Own();
        }

        if (person.CitizenVerifiedAt is not null)
        {
            return person == known
                ? await AnswerAsync(id, ct)
                : throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.person.verified", "The person is verified already, with another number.");
        }

        // A registrar's word is enough to give a number to an account, not to give the account of somebody who has proven the number to another account.
        if (known is { CitizenVerifiedAt: not null })
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "identity.person.number_taken", "Somebody has proven to have this number: that person signs in as before.");
        }

        if (known is not null && known != person)
        {
            await db.MoveAsync(person, known, now, ct);
            person = known;
        }

        (person.CitizenIdHash, person.CitizenVerifiedAt, person.CitizenVerifiedBy) = (hash, now, caller.Person.ToString());
        person.NameVerifiedAt = person.NameTh is null && person.NameEn is null ? null : now; // It stands on the card at the desk.
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(person.Id, ct);
    }
}
