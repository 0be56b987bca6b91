using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class DeliveryService
{
    /// <summary>gRPC gdx.notification.v1.Deliveries/FindFacts: what events said, what waits and what is parked, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindFactsReply> FindFacts(FindFactsRequest request, ServerCallContext context)
    {
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        Data.FactState? state = !System.Enum.IsDefined(request.State) ? throw Problems.Invalid("state", "is not a state of a fact") : request.State == 0 ? null : (Data.FactState)request.State;
        var page = await db.Facts.AsNoTracking()
            .Where(fact => state == null || fact.State == state)
            .Where(fact => before == null || fact.Id < before)
            .OrderByDescending(fact => fact.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new() { Facts = { page.Take(size).Select(Answer) }, NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "" };
    }

    private static ToldFact Answer(Data.Fact fact) => new()
    {
        Id = fact.Id.ToString(),
        Kind = Kinds.Name(fact.Kind),
        State = (FactState)fact.State,
        OccurredAt = fact.OccurredAt.ToTimestamp(),
        CreatedAt = fact.CreatedAt.ToTimestamp(),
        Attempts = fact.Attempts,
        LastError = fact.LastError ?? "",
        AboutId = fact.AboutId?.ToString() ?? "",
        RetriedBy = fact.RetriedBy?.ToString() ?? "",
        RetriedAt = fact.RetriedAt?.ToTimestamp(),
    };
}
