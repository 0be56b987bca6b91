using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>Asking for data that the dictionary has not. A request keeps its own words and asker; merged onto another it shares that one's fate.</summary>
public sealed partial class DataRequestService(CatalogDb db, TimeProvider clock) : DataRequests.DataRequestsBase
{
    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "catalog.request.unknown", "There is no such request. DataRequests/Find lists them.");

    private static RpcException WrongState(string message) => Problems.Rpc(StatusCode.FailedPrecondition, "catalog.request.state", message);

    /// <summary>An operator sees all; others what their agency asked, if they may ask for it.</summary>
    private static Guid? OnlyOf(Caller caller) => caller.IsOperator ? null : caller.RequireMenu(Menus.RequestData);

    /// <summary>Fills in what became of the leading request; who leads and how many follow is the operator's business.</summary>
    private async Task<DataRequest> AnswerAsync(DataRequestEntry request, bool toOperator, CancellationToken ct) => (await AnswersAsync([request], toOperator, ct))[0];

    private async Task<List<DataRequest>> AnswersAsync(IReadOnlyList<DataRequestEntry> requests, bool toOperator, CancellationToken ct)
    {
        List<Guid> leading = [.. requests.Where(one => one.MergedInto is not null).Select(one => one.MergedInto!.Value)];
        List<Guid> ids = [.. requests.Select(one => one.Id)];
        var leaders = await db.Requests.AsNoTracking().Where(one => leading.Contains(one.Id)).ToDictionaryAsync(one => one.Id, ct);
        var followers = !toOperator ? [] : await db.Requests.Where(one => one.MergedInto != null && ids.Contains(one.MergedInto.Value)).GroupBy(one => one.MergedInto!.Value)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, ct);
        return [.. requests.Select(one =>
        {
            var fate = one.MergedInto is { } into ? leaders[into] : one;
            return new DataRequest
            {
                RequestId = one.Id.ToString(),
                What = one.What,
                ResponsibleAgency = one.ResponsibleAgency,
                ResponsibleAgencyId = one.ResponsibleAgencyId?.ToString() ?? "",
                NeededFor = one.NeededFor,
                AgencyId = one.AgencyId.ToString(),
                AskedBy = one.AskedBy.ToString(),
                AskedAt = one.AskedAt.ToTimestamp(),
                State = fate.State,
                DatasetId = fate.AnsweredSlug,
                DatasetVersion = fate.AnsweredVersion,
                DeclinedBecause = fate.DeclinedBecause,
                MergedInto = toOperator ? one.MergedInto?.ToString() ?? "" : "",
                Merged = followers.GetValueOrDefault(one.Id),
            };
        })];
    }

    /// <summary>The request, alone until the transaction ends; refuses one that follows another.</summary>
    private async Task<DataRequestEntry> ToHandleAsync(string id, CancellationToken ct)
    {
        var request = await LockedAsync(Fields.Id("request_id", id), ct) ?? throw Unknown();
        return request.MergedInto is null ? request : throw WrongState("The request was merged onto another: handle that one.");
    }

    private Task<DataRequestEntry?> LockedAsync(Guid id, CancellationToken ct) =>
        db.Requests.FromSql($"SELECT *, xmin FROM data_request WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(ct);

    /// <summary>Everyone whom the fate of a leading request concerns.</summary>
    private async Task<(IReadOnlyList<Guid> People, IReadOnlyList<Guid> Agencies)> AskersAsync(Guid leader, CancellationToken ct)
    {
        var askers = await db.Requests.Where(one => one.Id == leader || one.MergedInto == leader).Select(one => new { one.AskedBy, one.AgencyId }).ToListAsync(ct);
        return ([.. askers.Select(one => one.AskedBy).Distinct()], [.. askers.Select(one => one.AgencyId).Distinct()]);
    }

    private static bool IsOpen(DataRequestEntry request) => request.State is DataRequestState.Asked or DataRequestState.Collecting;
}
