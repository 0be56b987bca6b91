using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/Publish: an operator who has had no hand in a draft makes it visible. Where it breaks whoever reads the
/// version before, that one must have an announced end, and what breaks must have been announced.
/// </summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Dataset> Publish(PublishDatasetRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var etag = Guid.TryParseExact(request.Etag, "N", out var seen) ? seen : throw Problems.Invalid("etag", "must be the etag of the draft as you have checked it.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var draft = await ToChangeAsync(db, caller, Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("version", request.Version), ct);
        if (draft.State != VersionState.Draft || draft.ProposedAt is null)
        {
            throw WrongState("Only a draft that was proposed is published.");
        }

        if (draft.Etag != etag)
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "The draft has changed since you checked it. Read it again.");
        }

        if (draft.Editors.Contains(person))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "catalog.dataset.same_person", "You have had a hand in this draft: another operator publishes it.");
        }

        var before = await Whole(db.Datasets.AsNoTracking()).Where(one => one.Slug == draft.Slug && one.Number < draft.Number && one.State != VersionState.Draft)
            .OrderByDescending(one => one.Number).FirstOrDefaultAsync(ct);
        if (before is not null && Unannounced(before, draft, now) is { Count: > 0 } breaks)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "catalog.dataset.breaks",
                $"It breaks readers of version {before.Version} ({string.Join(", ", breaks)}). Announce the end of that version, with this one as its successor, at least {NoticeDays} days ahead (Datasets/Deprecate).");
        }

        Announce(db, draft, person, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(draft, now);
    }

    /// <summary>What breaks readers of the version before without having been announced; nothing once that version has ended.</summary>
    public static IReadOnlyList<string> Unannounced(DatasetEntry before, DatasetEntry draft, DateTimeOffset now)
    {
        var announced = before.State == VersionState.Deprecated && before.SuccessorVersion == draft.Version ? before.AnnouncedBreaks : [];
        return before.StateAt(now) == VersionState.Retired ? [] : [.. VersionChanges.Breaks(VersionChanges.Between(before, draft)).Except(announced)];
    }

    /// <summary>Makes a version visible and tells the other services; <paramref name="person"/> is null for what the exchange ships.</summary>
    public static void Announce(CatalogDb db, DatasetEntry dataset, Guid? person, DateTimeOffset now)
    {
        (dataset.State, dataset.PublishedAt, dataset.PublishedBy, dataset.Revision) = (VersionState.Published, now, person, dataset.Revision + 1);
        Happened(db, dataset, "published", person, now);
        db.Publish(dataset.Id, new DatasetPublished
        {
            DatasetId = dataset.Slug,
            DatasetVersion = dataset.Version,
            Revision = dataset.Revision,
            NameTh = dataset.NameTh,
            NameEn = dataset.NameEn,
            PublishedAt = now,
        });
    }
}
