namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an agency asks for data that the dictionary has not. Operators are to triage it.</summary>
public sealed record DataRequestAsked
{
    public required Guid RequestId { get; init; }

    /// <summary>Who asks.</summary>
    public required Guid AgencyId { get; init; }

    /// <summary>The person.</summary>
    public required Guid AskedBy { get; init; }

    /// <summary>Who is thought to have the data, where that is an agency of the exchange.</summary>
    public Guid? ResponsibleAgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
