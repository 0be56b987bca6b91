using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/Get: one version of a dataset with its fields in the order of the dictionary.</summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Readers)]
    public override async Task<Dataset> Get(GetDatasetRequest request, ServerCallContext context) =>
        Answer(await OneAsync(request.DatasetId, request.Version, context), clock.Now());

    private async Task<DatasetEntry> OneAsync(string id, string version, ServerCallContext context)
    {
        var (slug, number) = (Fields.DatasetSlug("dataset_id", id), Fields.DatasetVersion("version", version));
        return await Whole(VisibleTo(Caller.Of(context), db.Datasets.AsNoTracking())).SingleOrDefaultAsync(dataset => dataset.Slug == slug && dataset.Version == number, context.CancellationToken) ?? throw Unknown();
    }
}
