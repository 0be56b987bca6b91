using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/Deprecate: announces when a published version ends, and what its successor breaks. An end that was announced may
/// be put off, never brought forward: whoever reads the version has planned with it.
/// </summary>
public sealed partial class DatasetService
{
    /// <summary>A month is what an agency needs at least to change and roll out a program.</summary>
    public const int NoticeDays = 30;

    [Authorize(Roles = Writers)]
    public override async Task<Dataset> Deprecate(DeprecateDatasetRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var ends = Fields.Time("ends_at", request.EndsAt);
        if (ends < now.AddDays(NoticeDays))
        {
            throw Problems.Invalid("ends_at", $"must be at least {NoticeDays} days from now.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var dataset = await ToChangeAsync(db, caller, Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("version", request.Version), ct);
        if (dataset.StateAt(now) is not (VersionState.Published or VersionState.Deprecated))
        {
            throw WrongState("Only a published version has an end to announce.");
        }

        if (ends < dataset.EndsAt)
        {
            throw Problems.Invalid("ends_at", "must not be before the end that was announced already.");
        }

        var breaks = await BreaksAsync(dataset, request.SuccessorVersion, ct);
        (dataset.State, dataset.EndsAt, dataset.SuccessorVersion, dataset.AnnouncedBreaks, dataset.Revision) =
            (VersionState.Deprecated, ends, request.SuccessorVersion, [.. breaks], dataset.Revision + 1);
        Happened(db, dataset, "deprecated", person, now, $"{ends:O}");
        db.Publish(dataset.Id, new DatasetDeprecated
        {
            DatasetId = dataset.Slug,
            DatasetVersion = dataset.Version,
            Revision = dataset.Revision,
            EndsAt = ends,
            SuccessorVersion = dataset.SuccessorVersion,
            OwnerAgencyId = dataset.OwnerAgencyId,
            At = now,
        });
        if (breaks.Count > 0)
        {
            dataset.Revision++;
            db.Publish(dataset.Id, new DatasetChangeAnnounced
            {
                DatasetId = dataset.Slug,
                DatasetVersion = dataset.Version,
                SuccessorVersion = dataset.SuccessorVersion,
                Revision = dataset.Revision,
                EndsAt = ends,
                Breaks = breaks,
                OwnerAgencyId = dataset.OwnerAgencyId,
                At = now,
            });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(dataset, now);
    }

    private async Task<IReadOnlyList<string>> BreaksAsync(DatasetEntry dataset, string successor, CancellationToken ct)
    {
        if (successor.Length == 0)
        {
            return [];
        }

        Fields.DatasetVersion("successor_version", successor);
        var next = await Whole(db.Datasets.AsNoTracking()).SingleOrDefaultAsync(one => one.Slug == dataset.Slug && one.Version == successor && one.Number > dataset.Number, ct);
        return next is null ? throw Problems.Invalid("successor_version", "must be a later version or draft of this dataset.") : VersionChanges.Breaks(VersionChanges.Between(dataset, next));
    }
}
