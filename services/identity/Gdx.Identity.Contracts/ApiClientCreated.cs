namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an application for the API is approved. The client has no secret yet: it comes to be when the contact opens the claim link.</summary>
public sealed record ApiClientCreated
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid ConsumerKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
