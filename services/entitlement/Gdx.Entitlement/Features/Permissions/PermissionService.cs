using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Permissions: what data owners' letters allow; one operator records, another confirms.</summary>
public sealed partial class PermissionService(EntitlementDb db, Agencies.AgenciesClient agencies, Datasets.DatasetsClient datasets, TimeProvider clock, ILogger<PermissionService> log) : Permissions.PermissionsBase
{
    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) ? id : throw Problems.Invalid(field, "must be a UUID");

    private static Contracts.V1.Permission Answer(Data.Permission permission) => new()
    {
        Id = permission.Id.ToString(),
        State = permission.GrantId is null ? PermissionState.Recorded : PermissionState.Confirmed,
        AgencyId = permission.AgencyId.ToString(),
        DatasetId = permission.DatasetId,
        DatasetVersion = permission.DatasetVersion,
        Fields = { permission.Fields },
        Purposes = { permission.Purposes },
        Channels = { permission.Channels.Select(channel => (Channel)channel) },
        ValidFrom = permission.ValidFrom.ToTimestamp(),
        ValidUntil = permission.ValidUntil.ToTimestamp(),
        LetterReference = permission.LetterReference,
        RecordedBy = permission.RecordedBy.ToString(),
        ConfirmedBy = permission.ConfirmedBy?.ToString() ?? "",
        GrantId = permission.GrantId?.ToString() ?? "",
        Budget = permission.Budget is { } budget ? GrantService.Answer(budget) : null,
        OfficersManaged = permission.OfficersManaged,
        PurposeTerms = { permission.PurposeTerms.Select(GrantService.Answer) },
        OwnerAgencyId = permission.OwnerAgencyId?.ToString() ?? "",
    };

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "entitlement.permission.unknown", "There is no permission with this id.");
}

/// <summary>The person behind a call.</summary>
internal static class Caller
{
    /// <summary>The person (UUID) in the token; refuses a caller that is no person.</summary>
    public static Guid Person(this ServerCallContext context) =>
        Guid.TryParse(context.GetHttpContext().User.FindFirst("sub")?.Value, out var person)
            ? person
            : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this.");
}
