using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Grants: the rights in force and those that were.</summary>
public sealed partial class GrantService(EntitlementDb db, DatabaseSignals signals, IHostApplicationLifetime lifetime, TimeProvider clock) : Grants.GrantsBase
{
    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) ? id : throw Problems.Invalid(field, "must be a UUID");

    /// <summary>As the wire has it.</summary>
    public static Contracts.V1.Grant Answer(Data.Grant grant) => new()
    {
        Id = grant.Id.ToString(),
        Revision = grant.Revision,
        State = State(grant),
        AgencyId = grant.AgencyId.ToString(),
        DatasetId = grant.DatasetId,
        DatasetVersion = grant.DatasetVersion,
        Fields = { grant.Fields },
        Purposes = { grant.Purposes },
        Channels = { grant.Channels.Select(channel => (Channel)channel) },
        ValidFrom = grant.ValidFrom.ToTimestamp(),
        ValidUntil = grant.ValidUntil.ToTimestamp(),
        PermissionId = grant.PermissionId?.ToString() ?? "",
        RevokedAt = grant.RevokedAt?.ToTimestamp(),
        RevokedBy = grant.RevokedBy?.ToString() ?? "",
        RevocationReason = grant.RevocationReason ?? "",
        PurposeTerms = { grant.PurposeTerms.Select(Answer) },
        Budget = grant.Budget is { } budget ? Answer(budget) : null,
        ParentGrantId = grant.ParentGrantId?.ToString() ?? "",
        OfficersManaged = grant.OfficersManaged,
        RecertifyBy = grant.RecertifyBy?.ToTimestamp(),
        AccessRequestId = grant.AccessRequestId?.ToString() ?? "",
        LetterId = grant.LetterId?.ToString() ?? "",
        LetterSha256 = grant.LetterSha256 is { } hash ? ByteString.CopyFrom(hash) : ByteString.Empty,
        OwnerAgencyId = grant.OwnerAgencyId?.ToString() ?? "",
        SuspendedAt = grant.SuspendedAt?.ToTimestamp(),
        SuspendedBy = grant.SuspendedBy?.ToString() ?? "",
        SuspensionReason = grant.SuspensionReason ?? "",
        RenewsGrantId = grant.RenewsGrantId?.ToString() ?? "",
    };

    /// <summary>A budget alone is no condition that an older watcher could open too much by: none was counted before.</summary>
    private static GrantState State(Data.Grant grant) =>
        grant.RevokedAt is not null ? GrantState.Revoked
        : grant.SuspendedAt is not null ? GrantState.Suspended
        : grant.ParentGrantId is not null || grant.OfficersManaged || grant.RecertifyBy is not null
            || grant.PurposeTerms.Any(terms => terms.CaseRequired || terms.ValidFrom is not null || terms.ValidUntil is not null) ? GrantState.Conditional
        : GrantState.Active;

    public static Contracts.V1.PurposeTerms Answer(Data.PurposeTerms terms) => new()
    {
        Code = terms.Code,
        NameTh = terms.NameTh,
        NameEn = terms.NameEn,
        ValidFrom = terms.ValidFrom?.ToTimestamp(),
        ValidUntil = terms.ValidUntil?.ToTimestamp(),
        CaseRequired = terms.CaseRequired,
    };

    public static Budget Answer(GrantBudget budget) => new()
    {
        CallsPerSecond = budget.CallsPerSecond,
        CallsPerDay = budget.CallsPerDay,
        PersonsPerDay = budget.PersonsPerDay,
        CallsPerOfficerAndDay = budget.CallsPerOfficerAndDay,
        PersonsPerOfficerAndDay = budget.PersonsPerOfficerAndDay,
    };

    public static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "entitlement.grant.unknown", "There is no grant with this id.");
}
