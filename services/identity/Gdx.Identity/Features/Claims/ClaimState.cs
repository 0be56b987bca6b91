using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>What opening a claim link comes to.</summary>
public enum ClaimState
{
    Unknown,
    Claimable,
    Used,
    Expired,
    Revoked,
    Suspended,
}

/// <summary>A claim link with its client, and what may be done with it now.</summary>
public sealed record ClaimCase(ClaimState State, Data.ApiClient? Client)
{
    /// <summary>Reads the case of a code as the database has it now.</summary>
    public static async Task<ClaimCase> ReadAsync(IdentityDb db, string? code, DateTimeOffset now, CancellationToken ct)
    {
        if (code is null || !Secrets.HasForm(code))
        {
            return new(ClaimState.Unknown, null);
        }

        var hash = Secrets.Hash(code);
        var link = await db.ClaimLinks.AsNoTracking().SingleOrDefaultAsync(link => link.CodeHash == hash, ct);
        var client = link is null ? null : await db.ApiClients.Include(client => client.Agency).SingleAsync(client => client.Id == link.ApiClientId, ct);
        return new(Decide(link, client, now), client);
    }

    /// <summary>Revoked before used before expired: the reader is told what cannot be mended by a new link first.</summary>
    public static ClaimState Decide(Data.ClaimLink? link, Data.ApiClient? client, DateTimeOffset now) => (link, client) switch
    {
        (null, _) or (_, null) => ClaimState.Unknown,
        (_, { State: ApiClientState.Revoked }) => ClaimState.Revoked,
        (_, { State: ApiClientState.Suspended }) => ClaimState.Suspended,
        ({ ClosedAt: not null }, _) or (_, { ClaimPending: false }) => ClaimState.Used,
        _ when now >= link.ExpiresAt => ClaimState.Expired,
        _ => ClaimState.Claimable,
    };
}
