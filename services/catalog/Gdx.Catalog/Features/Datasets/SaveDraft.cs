using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/SaveDraft: makes a draft, or replaces the whole content of one. A dataset begins with an operator (or with an
/// offer that led to it); from then on its owner makes the next versions. A dataset has one draft at a time.
/// </summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Writers)]
    public override async Task<Dataset> SaveDraft(SaveDraftRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var content = request.Dataset ?? throw Problems.Invalid("dataset", "must be there.");
        var (slug, version) = (Fields.DatasetSlug("dataset.id", content.Id), Fields.DatasetVersion("dataset.version", content.Version));
        var person = caller.RequirePerson();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.TakeTurnAsync(slug, ct);
        var versions = await VisibleTo(caller, db.Datasets).Where(dataset => dataset.Slug == slug).OrderBy(dataset => dataset.Number).ToListAsync(ct);
        if (versions.Count == 0 && !caller.IsOperator)
        {
            throw Unknown();
        }

        versions.ForEach(one => RequireOwner(caller, one));
        var draft = versions.Find(one => one.Version == version);
        if (draft is null)
        {
            draft = Next(versions, slug, version, content, caller.IsOperator);
            db.Add(draft);
            Happened(db, draft, "created", person, clock.Now());
        }
        else if (draft.State != VersionState.Draft)
        {
            throw WrongState("The version is published: what is published is not edited. Make a draft of the next version, or correct its texts.");
        }
        else
        {
            await db.Entry(draft).Collection(one => one.Fields).LoadAsync(ct);
            await db.Entry(draft).Collection(one => one.Services).LoadAsync(ct);
            Happened(db, draft, "edited", person, clock.Now());
        }

        DraftContent.Put(draft, content);
        draft.ProposedAt = null; // Whatever was finished is so no longer.
        Edit(draft, person);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        draft.Fields.Sort((one, other) => one.Position.CompareTo(other.Position));
        return Answer(draft, clock.Now());
    }

    private static void Edit(DatasetEntry draft, Guid person)
    {
        if (!draft.Editors.Contains(person))
        {
            draft.Editors = [.. draft.Editors, person];
        }
    }

    private static DatasetEntry Next(List<DatasetEntry> versions, string slug, string version, Dataset content, bool byOperator)
    {
        var number = int.Parse(version, CultureInfo.InvariantCulture);
        var last = versions.LastOrDefault();
        if (last?.State == VersionState.Draft)
        {
            throw WrongState($"Version {last.Version} is a draft already: publish or discard that first.");
        }

        return number == (last?.Number ?? 0) + 1 ? New(slug, number, last is null && byOperator ? Fields.OptionalId("dataset.owner_agency_id", content.OwnerAgencyId) : last?.OwnerAgencyId)
            : throw Problems.Rpc(StatusCode.FailedPrecondition, "catalog.dataset.order", $"The next version is {(last?.Number ?? 0) + 1}.");
    }

    /// <summary>An empty draft.</summary>
    public static DatasetEntry New(string slug, int number, Guid? owner) => new()
    {
        Id = Guid.CreateVersion7(),
        Slug = slug,
        Version = number.ToString(CultureInfo.InvariantCulture),
        Number = number,
        OwnerAgencyId = owner,
        State = VersionState.Draft,
        NameTh = "",
        NameEn = "",
        OwnerTh = "",
        OwnerEn = "",
        LegalBasisTh = "",
        LegalBasisEn = "",
    };
}
