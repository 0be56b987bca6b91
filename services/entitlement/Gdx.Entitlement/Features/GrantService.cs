using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Grants: the rights in force and those that were.</summary>
public sealed partial class GrantService(EntitlementDb db, DatabaseSignals signals, IHostApplicationLifetime lifetime, TimeProvider clock) : Grants.GrantsBase
{
    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) ? id : throw Problems.Invalid(field, "must be a UUID");

    private static Contracts.V1.Grant Answer(Data.Grant grant) => new()
    {
        Id = grant.Id.ToString(),
        Revision = grant.Revision,
        State = grant.RevokedAt is null ? GrantState.Active : GrantState.Revoked,
        AgencyId = grant.AgencyId.ToString(),
        DatasetId = grant.DatasetId,
        DatasetVersion = grant.DatasetVersion,
        Fields = { grant.Fields },
        Purposes = { grant.Purposes },
        Channels = { grant.Channels.Select(channel => (Channel)channel) },
        ValidFrom = grant.ValidFrom.ToTimestamp(),
        ValidUntil = grant.ValidUntil.ToTimestamp(),
        PermissionId = grant.PermissionId.ToString(),
        RevokedAt = grant.RevokedAt?.ToTimestamp(),
        RevokedBy = grant.RevokedBy?.ToString() ?? "",
        RevocationReason = grant.RevocationReason ?? "",
    };

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "entitlement.grant.unknown", "There is no grant with this id.");
}
