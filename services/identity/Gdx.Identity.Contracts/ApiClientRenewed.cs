namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a key is renewed or rotated: a new secret may be claimed by a link that is to be mailed now. Until then the old one works; of a rotation beyond it (<see cref="ApiClientRotated"/>).</summary>
public sealed record ApiClientRenewed
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Differs for each renewal of the same client.</summary>
    public required Guid RenewalId { get; init; }
    public required DateTimeOffset RenewedAt { get; init; }
}
