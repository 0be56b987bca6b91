namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so with every change of an officer group. For decisions the watch stream counts.</summary>
public sealed record OfficerGroupChanged
{
    public required Guid GroupId { get; init; }

    /// <summary>Counts the changes of this group from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }
    /// <summary>False: it is dissolved and opens nothing.</summary>
    public required bool Active { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID); null where a fact from Identity did it.</summary>
    public Guid? By { get; init; }
}
