namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when wrong secrets for one client, or from one address, pass what a mistake explains. At most one an hour for each.</summary>
public sealed record SecretGuessed
{

    /// <summary>The client whose secret was guessed at; null where it was an address that tried many.</summary>
    public required Guid? ApiClientId { get; init; }
    public required Guid AlertId { get; init; }
    public required DateTimeOffset At { get; init; }
}
