namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when officers come into a group: they may use its grants, within its period. For those who tell people: the officers.</summary>
public sealed record OfficerRightGiven
{
    public required Guid GroupId { get; init; }

    /// <summary>Counts the changes of this group from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }
    /// <summary>Persons (UUID), 1-1000.</summary>
    public required IReadOnlyList<Guid> PersonIds { get; init; }
    public required IReadOnlyList<Guid> GrantIds { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID); null where a fact from Identity did it.</summary>
    public Guid? By { get; init; }
}
