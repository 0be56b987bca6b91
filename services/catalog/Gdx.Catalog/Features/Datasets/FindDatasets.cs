using System.Buffers.Text;
using System.Text;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/Find: datasets in which every word of the query occurs somewhere, in Thai or English: in the slug, the
/// names, the owner, the description, a field's name or label. Thai writes no spaces between words, so a word is any part of a text.
/// </summary>
public sealed partial class DatasetService
{
    private const int LongestQuery = 200;
    private const int MostWords = 10;

    [Authorize(Roles = Readers)]
    public override async Task<FindDatasetsReply> Find(FindDatasetsRequest request, ServerCallContext context)
    {
        var words = Words(request.Query);
        var name = Words(request.FieldName, "field_name");
        var size = Fields.PageSize(request.PageSize);
        var now = clock.Now();
        var found = Narrowed(VisibleTo(Caller.Of(context), db.Datasets.AsNoTracking()), request, now);
        found = words.Aggregate(found, (rest, word) => Containing(db, rest, word));
        found = name.Aggregate(found, (rest, word) => WithField(db, rest, word));
        if (request.PageToken.Length > 0)
        {
            var (slug, version) = AfterToken(request.PageToken);
            found = found.Where(dataset => EF.Functions.GreaterThan(ValueTuple.Create(dataset.Slug, dataset.Version), ValueTuple.Create(slug, version)));
        }

        // The search once, then the page with its fields by key: a split query would repeat the search for each part.
        var ids = await found.OrderBy(dataset => dataset.Slug).ThenBy(dataset => dataset.Version).Take(size + 1).Select(dataset => dataset.Id).ToListAsync(context.CancellationToken);
        var page = await Whole(db.Datasets.AsNoTracking()).Where(dataset => ids.Contains(dataset.Id)).OrderBy(dataset => dataset.Slug).ThenBy(dataset => dataset.Version).ToListAsync(context.CancellationToken);
        List<string> sought = [.. words.Select(SearchText.Normalised)];
        return new()
        {
            Datasets = { page.Take(size).Select(dataset => Answer(dataset, now)) },
            Hits = { page.Take(size).Select(dataset => Hit(dataset, sought, name)) },
            NextPageToken = page.Count > size ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{page[size - 1].Slug}\n{page[size - 1].Version}")) : "",
        };
    }

    /// <summary>
    /// Datasets that hold a word, or have a field that does: two look-ups in trigram indexes, not a walk over all fields. Words of one or two
    /// letters have no trigram; they cost a walk, which is what the aim of 50 ms leaves room for.
    /// </summary>
    public static IQueryable<DatasetEntry> Containing(CatalogDb db, IQueryable<DatasetEntry> datasets, string word)
    {
        var pattern = SearchText.Pattern(word);
        var ids = db.Datasets.Where(dataset => EF.Functions.Like(dataset.SearchText, pattern, @"\")).Select(dataset => dataset.Id)
            .Union(db.Fields.Where(field => EF.Functions.Like(field.SearchText, pattern, @"\")).Select(field => field.DatasetId));
        return datasets.Where(dataset => ids.Contains(dataset.Id));
    }

    // The index finds fields that hold the word anywhere; the name among them is then looked at itself.
    private static IQueryable<DatasetEntry> WithField(CatalogDb db, IQueryable<DatasetEntry> datasets, string word)
    {
        var pattern = SearchText.Pattern(word);
        var ids = db.Fields.Where(field => EF.Functions.Like(field.SearchText, pattern, @"\") && EF.Functions.ILike(field.Name, pattern, @"\")).Select(field => field.DatasetId);
        return datasets.Where(dataset => ids.Contains(dataset.Id));
    }

    private static IQueryable<DatasetEntry> Narrowed(IQueryable<DatasetEntry> found, FindDatasetsRequest request, DateTimeOffset now)
    {
        List<VersionState> states = request.States.Count == 0 ? [VersionState.Published, VersionState.Deprecated] : [.. request.States.Select(state => Fields.Known("states", state))];
        var (draft, published, deprecated, retired) = (states.Contains(VersionState.Draft), states.Contains(VersionState.Published), states.Contains(VersionState.Deprecated), states.Contains(VersionState.Retired));
        found = found.Where(dataset => (draft && dataset.State == VersionState.Draft) || (published && dataset.State == VersionState.Published)
            || (deprecated && dataset.State == VersionState.Deprecated && dataset.EndsAt > now)
            || (retired && (dataset.State == VersionState.Retired || (dataset.State == VersionState.Deprecated && dataset.EndsAt <= now))));
        if (request.DatasetId.Length > 0)
        {
            var slug = Fields.DatasetSlug("dataset_id", request.DatasetId);
            found = found.Where(dataset => dataset.Slug == slug);
        }

        if (request.OwnerAgencyId.Length > 0)
        {
            var agency = Fields.Id("owner_agency_id", request.OwnerAgencyId);
            found = found.Where(dataset => dataset.OwnerAgencyId == agency);
        }

        foreach (var word in Words(request.Owner, "owner"))
        {
            var pattern = SearchText.Pattern(word);
            // Every owner's name is part of the search text too, which has the index.
            found = found.Where(dataset => EF.Functions.Like(dataset.SearchText, pattern, @"\") && (EF.Functions.ILike(dataset.OwnerTh, pattern, @"\") || EF.Functions.ILike(dataset.OwnerEn, pattern, @"\")));
        }

        if (request.Classifications.Count > 0)
        {
            List<Classification> classes = [.. request.Classifications.Select(one => Fields.Known("classifications", one))];
            found = found.Where(dataset => classes.Contains(dataset.Classification));
        }

        if (request.ProcedureId.Length > 0)
        {
            var procedure = Fields.Text("procedure_id", request.ProcedureId, 64);
            found = found.Where(dataset => dataset.ProcedureId == procedure);
        }

        return found;
    }

    private static DatasetHit Hit(DatasetEntry dataset, List<string> words, string[] names) => new()
    {
        DatasetId = dataset.Slug,
        Version = dataset.Version,
        InTexts = words.Exists(word => dataset.SearchText.Contains(word, StringComparison.Ordinal)),
        Fields =
        {
            dataset.Fields.Where(field => words.Exists(word => field.SearchText.Contains(word, StringComparison.Ordinal))
                || Array.Exists(names, name => field.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).Select(field => field.Name),
        },
    };

    private static string[] Words(string query, string field = "query")
    {
        if (query.Length > LongestQuery || query.Any(char.IsControl))
        {
            throw Problems.Invalid(field, $"must be at most {LongestQuery} characters without control characters.");
        }

        var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= MostWords ? words : throw Problems.Invalid(field, $"must be at most {MostWords} words.");
    }

    private static (string Slug, string Version) AfterToken(string token)
    {
        if (token.Length <= 128 && Base64Url.IsValid(token) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('\n') is [var slug, var version] && Fields.IsSlug(slug) && Fields.IsVersion(version))
        {
            return (slug, version);
        }

        throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer, or empty.");
    }
}
