using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(72); // A long weekend of the contact; after that the key is renewed, by the operator or by the agency itself.

    /// <summary>gRPC gdx.identity.v1.ApiClients/IssueClaimLink: a fresh one-time link, for notification while it writes the mail.</summary>
    [Authorize(Roles = Roles.Notification)]
    public override async Task<ClaimLink> IssueClaimLink(IssueClaimLinkRequest request, ServerCallContext context)
    {
        var (ct, now) = (context.CancellationToken, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var client = await LockAsync(request.ApiClientId, ct);
        if (!client.ClaimPending)
        {
            throw WrongState("The API client has no secret to claim.");
        }

        var agency = await db.Agencies.SingleAsync(one => one.Id == client.AgencyId, ct);
        var code = Secrets.New();
        var link = new Data.ClaimLink { Id = Guid.CreateVersion7(now), ApiClientId = client.Id, CodeHash = Secrets.Hash(code), IssuedAt = now, ExpiresAt = now + LinkLifetime };
        db.ClaimLinks.Add(link);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new ClaimLink
        {
            Url = address.Claim(code),
            ExpiresAt = link.ExpiresAt.ToTimestamp(),
            ContactEmail = client.ContactEmail,
            ConsumerKey = client.ConsumerKey.ToString(),
            AgencyNameTh = agency.NameTh,
            AgencyNameEn = agency.NameEn,
        };
    }
}
