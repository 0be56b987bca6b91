using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Find: the requests that the caller may see, newest first.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer},{Roles.SuperUser},{Roles.DataOwner},{Roles.Operator},{Roles.Auditor}")]
    public override async Task<FindRequestsReply> Find(FindRequestsRequest request, ServerCallContext context)
    {
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of a request, or unspecified for all");
        }

        if (!Enum.IsDefined(request.WaitsFor))
        {
            throw Problems.Invalid("waits_for", "must be one who acts, or unspecified for all");
        }

        var (ct, size) = (context.CancellationToken, RequestFields.PageSize(request.PageSize));
        Guid? agency = request.AgencyId.Length == 0 ? null : RequestFields.Id("agency_id", request.AgencyId);
        var dataset = request.DatasetId.Length == 0 ? null : RequestFields.DatasetId(request.DatasetId);
        Guid? before = request.PageToken.Length == 0 ? null : RequestFields.Id("page_token", request.PageToken);
        var calendar = await neighbours.CalendarAsync(ct);
        var found = SeenBy(RequestCaller.Of(context)).AsNoTracking()
            .Where(one => request.State == RequestState.Unspecified || one.State == request.State)
            .Where(one => agency == null || one.AgencyId == agency)
            .Where(one => dataset == null || one.DatasetId == dataset);
        if (request.Overdue || request.WaitsFor == StepActor.Operator)
        {
            var cutoff = request.Overdue ? calendar.Cutoff(clock.GetUtcNow(), Days) : DateTimeOffset.MaxValue;
            found = found.Where(one => one.State == RequestState.InProgress && one.Steps.Any(step => step.State == StepState.Open && step.OpenedAt < cutoff
                && (step.Actor == StepActor.Operator || (step.ActorAgencyId == null && (step.Actor == StepActor.Owner || step.Actor == StepActor.Bureau)))));
        }

        if (request.WaitsFor is not (StepActor.Unspecified or StepActor.Operator))
        {
            found = found.Where(one => one.State == RequestState.InProgress && one.Steps.Any(step => step.State == StepState.Open && step.Actor == request.WaitsFor));
        }

        // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
        var page = await found.Where(one => before == null || one.Id < before).OrderByDescending(one => one.Id).Take(size + 1).Include(one => one.Steps).AsSplitQuery().ToListAsync(ct);
        return new FindRequestsReply
        {
            Requests = { page.Take(size).Select(one => Answer(one, calendar)) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }
}
