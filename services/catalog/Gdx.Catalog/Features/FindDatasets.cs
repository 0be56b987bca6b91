using System.Buffers.Text;
using System.Text;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/Find: datasets in which every word of the query occurs somewhere, in Thai or English: in the slug, the
/// names, the owner, a field's name or label. Thai writes no spaces between words, so a word is any part of a text.
/// </summary>
public sealed partial class DatasetService
{
    private const int LongestQuery = 200;
    private const int MostWords = 10;

    [Authorize(Roles = $"{Roles.Service},{Roles.Operator}")]
    public override async Task<FindDatasetsReply> Find(FindDatasetsRequest request, ServerCallContext context)
    {
        var words = Words(request.Query);
        var size = request.PageSize switch
        {
            0 => 50,
            >= 1 and <= 100 => request.PageSize,
            _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50."),
        };
        var found = db.Datasets.AsNoTracking().AsSplitQuery();
        if (request.PageToken.Length > 0)
        {
            var (slug, version) = AfterToken(request.PageToken);
            found = found.Where(dataset => EF.Functions.GreaterThan(ValueTuple.Create(dataset.Slug, dataset.Version), ValueTuple.Create(slug, version)));
        }

        found = words.Aggregate(found, Containing);
        var page = await found.OrderBy(dataset => dataset.Slug).ThenBy(dataset => dataset.Version).Take(size + 1)
            .Include(dataset => dataset.Fields.OrderBy(field => field.Position)).ToListAsync(context.CancellationToken);
        return new()
        {
            Datasets = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{page[size - 1].Slug}\n{page[size - 1].Version}")) : "",
        };
    }

    private static IQueryable<DatasetEntry> Containing(IQueryable<DatasetEntry> datasets, string word)
    {
        var pattern = $"%{word.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
        return datasets.Where(dataset =>
            EF.Functions.ILike(dataset.Slug, pattern)
            || EF.Functions.ILike(dataset.NameTh, pattern)
            || EF.Functions.ILike(dataset.NameEn, pattern)
            || EF.Functions.ILike(dataset.OwnerTh, pattern)
            || EF.Functions.ILike(dataset.OwnerEn, pattern)
            || dataset.Fields.Any(field => EF.Functions.ILike(field.Name, pattern) || EF.Functions.ILike(field.LabelTh, pattern) || EF.Functions.ILike(field.LabelEn, pattern)));
    }

    private static string[] Words(string query)
    {
        if (query.Length > LongestQuery || query.Any(char.IsControl))
        {
            throw Problems.Invalid("query", $"must be at most {LongestQuery} characters without control characters.");
        }

        // Some keyboards send sara am in two parts; the dictionary has it in one.
        var words = query.Normalize().Replace("\u0E4D\u0E32", "\u0E33", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= MostWords ? words : throw Problems.Invalid("query", $"must be at most {MostWords} words.");
    }

    private static (string Slug, string Version) AfterToken(string token)
    {
        if (token.Length <= 128 && Base64Url.IsValid(token) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('\n') is [var slug, var version] && Slug().IsMatch(slug) && Version().IsMatch(version))
        {
            return (slug, version);
        }

        throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer, or empty.");
    }
}
