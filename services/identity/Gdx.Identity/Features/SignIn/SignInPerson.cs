using System.Security.Claims;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace Gdx.Identity.Features;

/// <summary>Who an outside account is: the person who used it before, or the one with the same proven citizen number, or somebody new. Never by e-mail.</summary>
public sealed class SignInPerson(IdentityDb db, SubjectKey subjects, TimeProvider clock)
{
    /// <summary>The person, or the code of the refusal.</summary>
    public sealed record Outcome(Guid? Person, string? Refusal = null);

    public async Task<Outcome> RunAsync(Provider provider, ClaimsPrincipal outside, CancellationToken ct)
    {
        var citizen = provider.ProvenCitizen(outside);
        if (Subject(outside, citizen) is not { } subject)
        {
            return new(null, "identity.signin.subject");
        }

        var (account, number, now) = (subjects.Hash(provider.Name, subject), citizen is { } proven ? subjects.Hash(proven) : null, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two first sign-ins of one person at the same moment must not become two people. Short, and people sign in a few times a day.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941)", ct);
        var login = await db.ExternalLogins.SingleOrDefaultAsync(one => one.Provider == provider.Name && one.SubjectHash == account, ct);
        var before = login is null ? null : await db.People.SingleAsync(one => one.Id == login.PersonId, ct);
        var owner = number is null ? null : await db.People.SingleOrDefaultAsync(one => one.CitizenIdHash == number, ct);
        if (before?.CitizenVerifiedAt is not null && number is not null && before != owner)
        {
            return new(null, "identity.signin.number"); // One account, two numbers: a provider's mistake, or somebody else's account.
        }

        // Whoever waited under this account without a proven number was approved for nothing, so the proven one takes its place.
        var person = owner ?? before ?? Add(new Data.Person { Id = Guid.CreateVersion7(now), CreatedAt = now });
        if (number is not null && person.CitizenVerifiedAt is null)
        {
            (person.CitizenIdHash, person.CitizenVerifiedAt, person.CitizenVerifiedBy) = (number, now, provider.Name);
        }

        var name = Short(outside.GetClaim("name") ?? $"{outside.GetClaim("given_name")} {outside.GetClaim("family_name")}", 200);
        var shown = (person.NameTh, person.NameEn);
        person.NameTh ??= name is not null && name.Any(character => character is >= '\u0E01' and <= '\u0E5B') ? name : null;
        person.NameEn ??= name is not null && name.All(char.IsAscii) ? name : null;
        person.NameVerifiedAt = shown == (person.NameTh, person.NameEn) ? person.NameVerifiedAt : null; // A registrar saw the other name only.
        person.Email ??= Short(outside.GetClaim("email"), 254);
        person.BirthYear ??= Provider.BirthYear(outside);
        if (login is null)
        {
            db.Add(new ExternalLogin { Id = Guid.CreateVersion7(now), Provider = provider.Name, SubjectHash = account, PersonId = person.Id, FirstUsedAt = now });
        }
        else
        {
            login.PersonId = person.Id;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new(person.Id);
    }

    /// <summary>What the person acted as last, where that is still so; otherwise the oldest membership that may be acted under.</summary>
    public async Task<Guid?> MembershipAsync(Guid person, CancellationToken ct)
    {
        var active = await db.Memberships.ActiveOf(db, person).OrderBy(membership => membership.Id).Select(membership => membership.Id).ToListAsync(ct);
        var last = await db.Sessions.Where(session => session.PersonId == person && session.MembershipId != null).OrderByDescending(session => session.Id)
            .Select(session => session.MembershipId).FirstOrDefaultAsync(ct);
        return last is { } id && active.Contains(id) ? id : active.Count == 0 ? null : active[0];
    }

    /// <summary>Whose account it is there; ThaID may tell no subject beside the number.</summary>
    public static string? Subject(ClaimsPrincipal outside, Numbers.CitizenId? citizen) =>
        (outside.GetClaim(OpenIddictConstants.Claims.Subject) ?? citizen?.Value) is { Length: > 0 and <= 255 } subject ? subject : null;

    private Data.Person Add(Data.Person person) => db.Add(person).Entity;

    // Shown in pages and mails: cut, and without what cannot be printed there.
    private static string? Short(string? text, int longest) =>
        text?.Trim() is { Length: > 0 } value && value.Length <= longest && !value.Any(Fields.IsUnprintable) ? value : null;
}
