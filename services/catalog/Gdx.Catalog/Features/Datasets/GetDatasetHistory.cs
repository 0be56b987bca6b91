using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/GetHistory: who did what to a version, oldest first.</summary>
public sealed partial class DatasetService
{
    private const int LongestHistory = 1000; // More than a version that people work on for years gathers.

    [Authorize(Roles = $"{Writers},{Roles.Auditor}")]
    public override async Task<DatasetHistory> GetHistory(GetDatasetRequest request, ServerCallContext context)
    {
        var dataset = await OneAsync(request.DatasetId, request.Version, context);
        if (Caller.Of(context) is var caller && !caller.Roles.Contains(Roles.Auditor))
        {
            RequireOwner(caller, dataset);
        }

        var happenings = await db.Happenings.AsNoTracking().Where(one => one.DatasetId == dataset.Id).OrderBy(one => one.Id).Take(LongestHistory).ToListAsync(context.CancellationToken);
        return new() { Events = { happenings.Select(one => new DatasetEvent { At = one.At.ToTimestamp(), By = one.By?.ToString() ?? "", What = one.What, Note = one.Note }) } };
    }
}
