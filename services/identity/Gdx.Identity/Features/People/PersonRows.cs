using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;
using Person = Gdx.Identity.Data.Person;

namespace Gdx.Identity.Features;

/// <summary>What several features do with people.</summary>
internal static class PersonRows
{
    /// <summary>
    /// Somebody was known by the number before signing in: the agents behind API clients and the evidence have that id, so it stays, and what hangs
    /// on the account moves there. The account's sessions say the old id and end. What both asked of one agency counts once.
    /// </summary>
    public static async Task MoveAsync(this IdentityDb db, Person from, Person to, DateTimeOffset now, CancellationToken ct)
    {
        await db.Sessions.Where(session => session.PersonId == from.Id && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now).SetProperty(session => session.EndedBecause, "verified"), ct);
        MembershipState[] open = [MembershipState.Waiting, MembershipState.Active, MembershipState.Suspended];
        await db.Memberships
            .Where(asked => asked.PersonId == from.Id && open.Contains(asked.State) && db.Memberships.Any(had => had.PersonId == to.Id && had.AgencyId == asked.AgencyId && open.Contains(had.State)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(asked => asked.State, MembershipState.Ended).SetProperty(asked => asked.EndedAt, now).SetProperty(asked => asked.Reason, "Asked twice."), ct);
        await db.Applications.Where(draft => draft.ApplicantId == from.Id).ExecuteUpdateAsync(set => set.SetProperty(draft => draft.ApplicantId, to.Id), ct);
        // Whatever points at a person: logins, memberships, sessions and what later parts add.
        foreach (var key in db.Model.GetEntityTypes().SelectMany(entity => entity.GetForeignKeys()).Where(key => key.PrincipalEntityType.ClrType == typeof(Person)))
        {
            var (table, column) = (key.DeclaringEntityType.GetTableName()!, key.Properties[0].GetColumnName());
#pragma warning disable EF1002 // Both names are the model's own.
            await db.Database.ExecuteSqlRawAsync($"UPDATE {table} SET {column} = {{0}} WHERE {column} = {{1}}", [to.Id, from.Id], ct);
#pragma warning restore EF1002
        }

        if ((to.NameTh ?? from.NameTh) != to.NameTh || (to.NameEn ?? from.NameEn) != to.NameEn)
        {
            to.NameVerifiedAt = null; // The registrar saw no such name.
        }

        (to.NameTh, to.NameEn, to.Email, to.BirthYear) = (to.NameTh ?? from.NameTh, to.NameEn ?? from.NameEn, to.Email ?? from.Email, to.BirthYear ?? from.BirthYear);
        from.MergedIntoId = to.Id;
    }

    /// <summary>
    /// Ends what an account without a proven number waits for before it joins one that has: an OrganizationAdmin looked at a request of somebody
    /// unknown, and must not approve by it somebody who has rights elsewhere already.
    /// </summary>
    public static async Task EndWaitingAsync(this IdentityDb db, Person shell, DateTimeOffset now, CancellationToken ct)
    {
        MembershipState[] open = [MembershipState.Waiting, MembershipState.Active, MembershipState.Suspended];
        foreach (var asked in await db.Memberships.Where(asked => asked.PersonId == shell.Id && open.Contains(asked.State)).ToListAsync(ct))
        {
            (asked.State, asked.EndedAt, asked.EndedBy, asked.Reason) = (MembershipState.Ended, now, shell.Id, "The account was joined with another of the same person, who asks anew.");
            db.Record(asked, MembershipAct.Ended, shell.Id, now, asked.Reason);
        }

        await db.SaveChangesAsync(ct);
    }
}
