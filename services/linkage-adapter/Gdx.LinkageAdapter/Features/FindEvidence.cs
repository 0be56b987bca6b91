using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Data;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Features;

/// <summary>
/// GET /v1/evidence?traceId=&amp;agencyId=&amp;entryId=&amp;from=&amp;to=&amp;pageSize=&amp;pageToken=: what was asked, by whom, and what came of it, newest first.
/// Callers: operators and auditors. Errors: request.invalid.
/// </summary>
public static class FindEvidence
{
    private const int MostPerPage = 200;
    private const int UsualPerPage = 50;

    /// <summary>A page, and where the next one begins (absent on the last).</summary>
    public sealed record Reply(IReadOnlyList<Entry> Entries, string? NextPageToken);

    /// <summary>One call. <c>SubjectHash</c> is hex.</summary>
    public sealed record Entry(
        Guid EntryId, DateTimeOffset At, Guid AgencyId, Guid ClientId, string? AgentId, string Channel, string? DatasetId, string? DatasetVersion,
        IReadOnlyList<string> Fields, string? Purpose, string? Case, string Outcome, string Decision, string DecisionsVersion, Guid? GrantId,
        short AnswerStatus, short? SourceStatus, float TotalMs, float? SourceMs, string TraceId, string? SubjectHash);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/evidence", Handle)
        .RequireAuthorization(new AuthorizeAttribute { Roles = $"{Roles.Operator},{Roles.Auditor}" })
        .WithName(nameof(FindEvidence));

    private static async Task<Results<Ok<Reply>, ProblemHttpResult>> Handle(
        LinkageAdapterDb db, CancellationToken ct,
        string? traceId = null, string? agencyId = null, string? entryId = null, string? from = null, string? to = null, string? pageSize = null, string? pageToken = null)
    {
        var entries = db.Evidence.AsNoTracking();
        if (!string.IsNullOrEmpty(traceId))
        {
            if (traceId.Length != 32 || !traceId.All(char.IsAsciiHexDigit))
            {
                return Invalid("traceId", "is not 32 hexadecimal digits");
            }

            var trace = traceId.ToLowerInvariant();
            entries = entries.Where(entry => entry.TraceId == trace);
        }

        if (!TryRead(agencyId, out Guid? agency) || !TryRead(entryId, out Guid? id))
        {
            return Invalid("agencyId, entryId", "are not UUIDs");
        }

        if (!TryRead(from, out DateTimeOffset? first) || !TryRead(to, out DateTimeOffset? end))
        {
            return Invalid("from, to", "are not instants such as 2026-01-31T00:00:00Z");
        }

        if (!TryReadSize(pageSize, out var size))
        {
            return Invalid("pageSize", $"is not 1 to {MostPerPage}");
        }

        if (!TryReadToken(pageToken, out var before))
        {
            return Invalid("pageToken", "is not one of ours");
        }

        // Entry ids are UUIDs of version 7, in the order of time: the primary key is the index for times, too.
        entries = agency is { } ofAgency ? entries.Where(entry => entry.AgencyId == ofAgency) : entries;
        entries = id is { } only ? entries.Where(entry => entry.EntryId == only) : entries;
        entries = first is { } since ? entries.Where(entry => entry.EntryId >= Lowest(since)) : entries;
        entries = end is { } until ? entries.Where(entry => entry.EntryId < Lowest(until)) : entries;
        entries = before is { } last ? entries.Where(entry => entry.EntryId < last) : entries;
        var rows = await entries.OrderByDescending(entry => entry.EntryId).Take(size + 1).ToListAsync(ct);
        var page = rows.Take(size).Select(Show).ToList();
        return TypedResults.Ok(new Reply(page, rows.Count > size ? Base64Url.EncodeToString(page[^1].EntryId.ToByteArray(bigEndian: true)) : null));
    }

    private static Entry Show(EvidenceEntry entry) => new(
        entry.EntryId, entry.At, entry.AgencyId, entry.ClientId, entry.AgentId, entry.Channel, entry.DatasetId, entry.DatasetVersion,
        entry.Fields, entry.Purpose, entry.Case, entry.Outcome, entry.Decision, entry.DecisionsVersion, entry.GrantId,
        entry.AnswerStatus, entry.SourceStatus, entry.TotalMs, entry.SourceMs, entry.TraceId, entry.SubjectHash is { } hash ? Convert.ToHexStringLower(hash) : null);

    private static ProblemHttpResult Invalid(string field, string why) => Problems.Http(StatusCodes.Status400BadRequest, "request.invalid", $"{field}: {why}");

    /// <summary>The lowest id of this millisecond.</summary>
    private static Guid Lowest(DateTimeOffset instant)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, instant.ToUnixTimeMilliseconds()) << 16);
        return new(bytes, bigEndian: true);
    }

    private static bool TryRead(string? text, out Guid? id)
    {
        id = Guid.TryParse(text, out var parsed) ? parsed : null;
        return id is not null || string.IsNullOrEmpty(text);
    }

    private static bool TryRead(string? text, out DateTimeOffset? instant)
    {
        instant = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
        return instant is not null || string.IsNullOrEmpty(text);
    }

    private static bool TryReadSize(string? text, out int size)
    {
        size = UsualPerPage;
        return string.IsNullOrEmpty(text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MostPerPage);
    }

    private static bool TryReadToken(string? text, out Guid? before)
    {
        before = null;
        Span<byte> bytes = stackalloc byte[16];
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (text.Length != 22 || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != 16)
        {
            return false;
        }

        before = new(bytes, bigEndian: true);
        return true;
    }
}
