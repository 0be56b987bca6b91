using Gdx.Catalog.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/ProposeDraft: the draft is finished; an operator who has had no hand in it may publish it.</summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Writers)]
    public override async Task<Dataset> ProposeDraft(ProposeDraftRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var draft = await ToChangeAsync(db, caller, Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("version", request.Version), ct);
        if (draft.State != VersionState.Draft)
        {
            throw WrongState("The version is no draft.");
        }

        if (draft.Fields.Count == 0)
        {
            throw WrongState("The draft has no fields yet: save its content first.");
        }

        if (draft.ProposedAt is null)
        {
            draft.ProposedAt = now;
            Edit(draft, person);
            Happened(db, draft, "proposed", person, now);
            db.Publish(draft.Id, new DatasetProposed { DatasetId = draft.Slug, DatasetVersion = draft.Version, OwnerAgencyId = draft.OwnerAgencyId, ProposedBy = person, At = now });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(draft, now);
    }
}
