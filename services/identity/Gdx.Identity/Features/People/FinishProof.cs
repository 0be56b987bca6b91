using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    /// <summary>gRPC gdx.identity.v1.People/FinishProof: the session that began it takes what the provider said: the number is the account's now, or the account joins the one that has it.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<FinishProofReply> FinishProof(FinishProofRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        if (!Secrets.HasForm(request.Proof))
        {
            throw Problems.Invalid("proof", "must be what the return address was given");
        }

        var finish = Secrets.Hash(request.Proof);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // As at every sign-in: what becomes of one number is decided once at a time.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941)", ct);
        // The session first, as when one is begun.
        var session = await db.Sessions.FromSql($"SELECT *, xmin FROM sessions WHERE id = {caller.Session ?? Guid.Empty} AND person_id = {caller.Person} AND ended_at IS NULL FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(ct);
        var proof = session is null ? null : await db.IdentityProofs.FromSql($"""
            SELECT * FROM identity_proofs WHERE finish_hash = {finish} AND session_id = {session.Id} AND person_id = {caller.Person} AND finished_at IS NULL AND expires_at > {now} FOR UPDATE
            """).SingleOrDefaultAsync(ct);
        if (proof is null)
        {
            throw Problems.Rpc(StatusCode.NotFound, "identity.proof.unknown", "This session has nothing to finish with this: it was used, is too old, or another session began it.");
        }

        var people = await db.People.FromSql($"SELECT *, xmin FROM people WHERE id = {caller.Person} OR citizen_id_hash = {proof.CitizenIdHash} ORDER BY id FOR UPDATE").ToListAsync(ct);
        var person = people.Single(one => one.Id == caller.Person);
        var owner = people.Find(one => one.CitizenIdHash is not null && one.CitizenIdHash.AsSpan().SequenceEqual(proof.CitizenIdHash));
        if (person.CitizenVerifiedAt is not null && person != owner)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.person.verified", "Your citizen number is verified already, and it is another one.");
        }

        await JoinLoginAsync(proof, person, owner, now, ct);
        proof.FinishedAt = now;
        if (owner is { CitizenVerifiedAt: not null } && owner != person)
        {
            await db.EndWaitingAsync(person, now, ct);
        }

        if (owner is not null && owner != person)
        {
            await db.MoveAsync(person, owner, now, ct);
        }

        var known = owner ?? person;
        if (known.CitizenVerifiedAt is null)
        {
            (known.CitizenIdHash, known.CitizenVerifiedAt, known.CitizenVerifiedBy) = (proof.CitizenIdHash, now, proof.Provider);
        }

        known.BirthYear ??= proof.BirthYear;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new() { Profile = await AnswerAsync(known.Id, ct), SignInAgain = known.Id != caller.Person };
    }

    /// <summary>The account at the provider belongs to whoever has the number from now on, as when signing in there; not where its owner has proven another number.</summary>
    private async Task JoinLoginAsync(IdentityProof proof, Data.Person person, Data.Person? owner, DateTimeOffset now, CancellationToken ct)
    {
        var login = await db.ExternalLogins.SingleOrDefaultAsync(one => one.Provider == proof.Provider && one.SubjectHash == proof.SubjectHash, ct);
        var holder = login?.PersonId ?? person.Id;
        if (holder != person.Id && holder != owner?.Id && await db.People.AnyAsync(one => one.Id == holder && one.CitizenVerifiedAt != null, ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.proof.number", "The account at the provider belongs to somebody who has proven another citizen number. Tell the operator.");
        }

        if (login is null)
        {
            db.Add(new ExternalLogin { Id = Guid.CreateVersion7(now), Provider = proof.Provider, SubjectHash = proof.SubjectHash!, PersonId = (owner ?? person).Id, FirstUsedAt = now });
        }
        else
        {
            login.PersonId = (owner ?? person).Id;
        }

        await db.SaveChangesAsync(ct);
    }
}
