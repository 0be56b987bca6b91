using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    private static readonly TimeSpan ToProve = TimeSpan.FromMinutes(20); // As long as a sign-in may take at the provider, and a moment to come back.
    private const int LongestReturn = 500; // As the column holds. What is kept is the encoded form, in which a Thai letter has nine characters.

    /// <summary>gRPC gdx.identity.v1.People/StartProof: somebody without a verified number begins to prove it, in this session, through a provider that vouches for numbers.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Proof> StartProof(StartProofRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        var provider = providers.Find(request.Provider) is { ProvesNumbers: true } known ? known
            : throw Problems.Invalid("provider", $"must be one that vouches for citizen numbers: {string.Join(", ", providers.All.Where(one => one.ProvesNumbers).Select(one => one.Name))}");
        var back = request.ReturnUrl.Length <= LongestReturn && Uri.TryCreate(request.ReturnUrl, UriKind.Absolute, out var uri) && portal.IsAt(uri) && uri.AbsoluteUri.Length <= LongestReturn ? uri.AbsoluteUri
            : throw Problems.Invalid("return_url", "must be an address of the portal, without a fragment, and short (500 characters once it is encoded)");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // The session's own row: two at once one after the other, and none for a session that has ended.
        var session = await db.Sessions.FromSql($"SELECT *, xmin FROM sessions WHERE id = {caller.Session ?? Guid.Empty} AND person_id = {caller.Person} AND ended_at IS NULL FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(ct)
            ?? throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.session.none", "This token is of no session.");
        if (await db.People.AnyAsync(person => person.Id == caller.Person && person.CitizenVerifiedAt != null, ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.person.verified", "Your citizen number is verified already.");
        }

        await db.IdentityProofs.Where(earlier => earlier.SessionId == session.Id).ExecuteDeleteAsync(ct);
        var code = Secrets.New();
        var proof = new IdentityProof
        {
            Id = Guid.CreateVersion7(now),
            SessionId = session.Id,
            PersonId = caller.Person,
            Provider = provider.Name,
            CodeHash = Secrets.Hash(code),
            ReturnUrl = back,
            ExpiresAt = now + ToProve,
        };
        db.Add(proof);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new() { Url = ProveNumber.AddressOf(address, code), ExpiresAt = proof.ExpiresAt.ToTimestamp() };
    }
}
