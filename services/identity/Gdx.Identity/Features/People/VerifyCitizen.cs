using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Person = Gdx.Identity.Data.Person;

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
            await MoveAsync(person, known, now, ct);
            person = known;
        }

        (person.CitizenIdHash, person.CitizenVerifiedAt, person.CitizenVerifiedBy) = (hash, now, caller.Person.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(person.Id, ct);
    }

    /// <summary>
    /// Somebody was known by the number before signing in: the agents behind API clients and the evidence have that id, so it stays, and what hangs
    /// on the account moves there. The account's sessions say the old id and end. What both asked of one agency counts once.
    /// </summary>
    private async Task MoveAsync(Person from, Person to, DateTimeOffset now, CancellationToken ct)
    {
        await db.Sessions.Where(session => session.PersonId == from.Id && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now).SetProperty(session => session.EndedBecause, "verified"), ct);
        MembershipState[] open = [MembershipState.Waiting, MembershipState.Active, MembershipState.Suspended];
        await db.Memberships
            .Where(asked => asked.PersonId == from.Id && open.Contains(asked.State) && db.Memberships.Any(had => had.PersonId == to.Id && had.AgencyId == asked.AgencyId && open.Contains(had.State)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(asked => asked.State, MembershipState.Ended).SetProperty(asked => asked.EndedAt, now).SetProperty(asked => asked.Reason, "Asked twice."), ct);
        // Whatever points at a person: logins, memberships, sessions and what later parts add.
        foreach (var key in db.Model.GetEntityTypes().SelectMany(entity => entity.GetForeignKeys()).Where(key => key.PrincipalEntityType.ClrType == typeof(Person)))
        {
            var (table, column) = (key.DeclaringEntityType.GetTableName()!, key.Properties[0].GetColumnName());
#pragma warning disable EF1002 // Both names are the model's own.
            await db.Database.ExecuteSqlRawAsync($"UPDATE {table} SET {column} = {{0}} WHERE {column} = {{1}}", [to.Id, from.Id], ct);
#pragma warning restore EF1002
        }

        (to.NameTh, to.NameEn, to.Email, to.BirthYear) = (to.NameTh ?? from.NameTh, to.NameEn ?? from.NameEn, to.Email ?? from.Email, to.BirthYear ?? from.BirthYear);
        from.MergedIntoId = to.Id;
    }
}
