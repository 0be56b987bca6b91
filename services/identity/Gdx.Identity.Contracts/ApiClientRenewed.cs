namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an operator renews a key. A new secret may be claimed; the old one works until then.</summary>
public sealed record ApiClientRenewed
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Differs for each renewal of the same client.</summary>
    public required Guid RenewalId { get; init; }
    public required DateTimeOffset RenewedAt { get; init; }
}
