using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Decline: the data cannot be had, and why; everyone who asked is told.</summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataRequest> Decline(DeclineDataRequest request, ServerCallContext context)
    {
        var (person, ct, now) = (Caller.Of(context).RequirePerson(), context.CancellationToken, clock.Now());
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await ToHandleAsync(request.RequestId, ct);
        if (!IsOpen(found))
        {
            throw WrongState("The request was answered or declined already.");
        }

        (found.State, found.DeclinedBecause, found.HandledBy, found.HandledAt) = (DataRequestState.Declined, reason, person, now);
        TellDeclined(found, await AskersAsync(found.Id, ct), now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(found, true, ct);
    }

    private void TellDeclined(DataRequestEntry request, (IReadOnlyList<Guid> People, IReadOnlyList<Guid> Agencies) askers, DateTimeOffset now) =>
        db.Publish(request.Id, new DataRequestDeclined { RequestId = request.Id, PersonIds = askers.People, AgencyIds = askers.Agencies, At = now });
}
