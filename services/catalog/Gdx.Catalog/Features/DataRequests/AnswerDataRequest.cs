using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Answer: a published version answers a request; everyone who asked is told.</summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataRequest> Answer(AnswerDataRequest request, ServerCallContext context)
    {
        var (person, ct, now) = (Caller.Of(context).RequirePerson(), context.CancellationToken, clock.Now());
        var (slug, version) = (Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("dataset_version", request.DatasetVersion));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await ToHandleAsync(request.RequestId, ct);
        if (!IsOpen(found))
        {
            throw WrongState("The request was answered or declined already.");
        }

        if (!await db.Datasets.AnyAsync(dataset => dataset.Slug == slug && dataset.Version == version && (dataset.State == VersionState.Published || (dataset.State == VersionState.Deprecated && dataset.EndsAt > now)), ct))
        {
            throw DatasetService.Unknown();
        }

        (found.State, found.AnsweredSlug, found.AnsweredVersion, found.HandledBy, found.HandledAt) = (DataRequestState.Answered, slug, version, person, now);
        TellAnswered(found, await AskersAsync(found.Id, ct), now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(found, true, ct);
    }

    private void TellAnswered(DataRequestEntry request, (IReadOnlyList<Guid> People, IReadOnlyList<Guid> Agencies) askers, DateTimeOffset now) => db.Publish(request.Id, new DataRequestAnswered
    {
        RequestId = request.Id,
        DatasetId = request.AnsweredSlug,
        DatasetVersion = request.AnsweredVersion,
        PersonIds = askers.People,
        AgencyIds = askers.Agencies,
        At = now,
    });
}
