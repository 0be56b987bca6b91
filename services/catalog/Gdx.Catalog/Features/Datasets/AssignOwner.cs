using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/AssignOwner: an operator says which agency of the exchange owns a dataset, with all its versions.</summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<AssignOwnerReply> AssignOwner(AssignOwnerRequest request, ServerCallContext context)
    {
        var (slug, ct, now) = (Fields.DatasetSlug("dataset_id", request.DatasetId), context.CancellationToken, clock.Now());
        var owner = Fields.OptionalId("owner_agency_id", request.OwnerAgencyId);
        var person = Caller.Of(context).RequirePerson();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.TakeTurnAsync(slug, ct);
        var versions = await db.Datasets.Where(dataset => dataset.Slug == slug).ToListAsync(ct);
        if (versions.Count == 0)
        {
            throw Unknown();
        }

        foreach (var version in versions.Where(version => version.OwnerAgencyId != owner))
        {
            Happened(db, version, "owner-assigned", person, now, $"{version.OwnerAgencyId} → {owner}");
            version.OwnerAgencyId = owner;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new();
    }
}
