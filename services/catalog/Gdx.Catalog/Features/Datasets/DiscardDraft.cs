using Gdx.Catalog.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/DiscardDraft: throws a draft away, which nobody but its makers has seen.</summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Writers)]
    public override async Task<DiscardDraftReply> DiscardDraft(DiscardDraftRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var draft = await ToChangeAsync(db, Caller.Of(context), Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("version", request.Version), ct);
        if (draft.State != VersionState.Draft)
        {
            throw WrongState("The version is no draft: what is published ends by Datasets/Deprecate.");
        }

        db.Remove(draft);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new();
    }
}
