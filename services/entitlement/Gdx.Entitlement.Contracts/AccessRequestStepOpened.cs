namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when it is somebody's turn on a request. More than one step of a request may be open.</summary>
public sealed record AccessRequestStepOpened
{
    public required Guid RequestId { get; init; }

    /// <summary>Counts the changes of this request from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }

    /// <summary>The agency that asks.</summary>
    public required Guid AgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }
    public required string StepId { get; init; }

    /// <summary>agency, owner, bureau, central, operator or super-user: who must act.</summary>
    public required string Actor { get; init; }

    /// <summary>Whose people must act; null: an operator, also in the place of an owner or bureau that is not on the exchange.</summary>
    public Guid? ActorAgencyId { get; init; }

    /// <summary>attach, decide, confirm or credentials.</summary>
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID) whose act opened it.</summary>
    public required Guid By { get; init; }
}
