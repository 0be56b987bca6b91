using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Features;

/// <summary>gRPC gdx.linkage_adapter.v1.Evidence/Recent: the newest decisions, for Entitlement to decide again under changed rights. Nobody whom they were about.</summary>
public sealed class RecentEvidence(LinkageAdapterDb db) : Contracts.V1.Evidence.EvidenceBase
{
    private const int Most = 10_000; // Decided again in about a tenth of a second.
    private const int MostAgencies = 1000; // A central agency with all its regional and local ones.
    private const int MostLookedAt = 200_000; // There is no index by dataset or grant: the newest entries are walked through, which takes half a second.

    [Authorize(Roles = Roles.Entitlement)]
    public override async Task Recent(RecentRequest request, IServerStreamWriter<RecentDecision> responseStream, ServerCallContext context)
    {
        if (request.Most is < 1 or > Most)
        {
            throw Problems.Invalid("most", $"must be 1-{Most}");
        }

        if (request.AgencyIds.Count > MostAgencies)
        {
            throw Problems.Invalid("agency_ids", $"must be at most {MostAgencies}");
        }

        if (request.DatasetId.Length > 0 != request.DatasetVersion.Length > 0)
        {
            throw Problems.Invalid("dataset_version", "belongs to dataset_id: give both or neither");
        }

        var agencies = request.AgencyIds.Select(text => Id("agency_ids", text)).Distinct().ToArray();
        Guid? grant = request.GrantId.Length > 0 ? Id("grant_id", request.GrantId) : null;
        // Entry ids are in the order of time. Of each agency its own newest, by its index, then the newest of these.
        var entries = agencies.Length == 0
            ? db.Evidence.FromSql($"SELECT * FROM (SELECT * FROM evidence ORDER BY entry_id DESC LIMIT {MostLookedAt}) AS newest")
            : db.Evidence.FromSql($"""
                SELECT own.* FROM unnest({agencies}) AS asked (id) CROSS JOIN LATERAL (
                  SELECT * FROM evidence WHERE agency_id = asked.id ORDER BY entry_id DESC LIMIT {MostLookedAt / agencies.Length}) AS own
                """);
        // Calls that never came to a decision about a dataset have none.
        entries = entries.Where(entry => entry.DatasetId != null);
        entries = request.DatasetId.Length > 0 ? entries.Where(entry => entry.DatasetId == request.DatasetId && entry.DatasetVersion == request.DatasetVersion) : entries;
        entries = grant is not null ? entries.Where(entry => entry.GrantId == grant) : entries;
        await foreach (var entry in entries.AsNoTracking().OrderByDescending(entry => entry.EntryId).Take(request.Most).AsAsyncEnumerable().WithCancellation(context.CancellationToken))
        {
            await responseStream.WriteAsync(Show(entry), context.CancellationToken);
        }
    }

    private static RecentDecision Show(EvidenceEntry entry) => new()
    {
        EntryId = entry.EntryId.ToString(),
        At = entry.At.ToTimestamp(),
        AgencyId = entry.AgencyId.ToString(),
        AgentId = entry.AgentId ?? "",
        Channel = entry.Channel,
        DatasetId = entry.DatasetId,
        DatasetVersion = entry.DatasetVersion ?? "",
        Purpose = entry.Purpose ?? "",
        HasCase = entry.Case is not null,
        Decision = entry.Decision,
        GrantId = entry.GrantId?.ToString() ?? "",
        DecisionsVersion = entry.DecisionsVersion,
    };

    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) ? id : throw Problems.Invalid(field, "must be a UUID");
}
