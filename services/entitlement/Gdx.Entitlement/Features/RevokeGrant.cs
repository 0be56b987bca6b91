using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Revoke: ends a right at once and for good. One operator is enough: taking away must never wait.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.Grant> Revoke(RevokeGrantRequest request, ServerCallContext context)
    {
        var (id, person) = (Id("grant_id", request.GrantId), context.Person());
        if (request.Reason.Trim() is not { Length: >= 1 and <= 1000 } reason || reason.Any(character => char.IsControl(character) && character is not '\n' and not '\t'))
        {
            throw Problems.Invalid("reason", "must have 1-1000 characters, without control characters but line feed and tab");
        }

        // The lock makes two operators' revocations one after the other: the second finds the first.
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var grant = await db.Grants.FromSql($"SELECT *, xmin FROM grants WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(context.CancellationToken) ?? throw Unknown();
        if (grant.RevokedAt is null)
        {
            var now = clock.GetUtcNow();
            now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)); // As the database keeps it: the first answer equals every later one.
            grant.Revoke(person, now, reason);
            db.Publish(grant.Id, new GrantRevoked { GrantId = grant.Id, Revision = grant.Version, AgencyId = grant.AgencyId, RevokedAt = now, RevokedBy = person });
            await db.SaveChangesAsync(context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
        }

        return Answer(grant);
    }
}
