using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Find: the applications that the caller may see, in one state or all, newest or overdue first.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<FindApplicationsReply> Find(FindApplicationsRequest request, ServerCallContext context)
    {
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of an application, or unspecified for all");
        }

        if (!Enum.IsDefined(request.Order))
        {
            throw Problems.Invalid("order", "must be overdue first, or unspecified for newest first");
        }

        var ct = context.CancellationToken;
        Guid? agency = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        var calendar = await VerificationClock.ReadAsync(db, clock.GetUtcNow(), ct);
        var (size, overdueFirst) = (Fields.PageSize(request.PageSize), request.Order == ApplicationOrder.OverdueFirst);
        var found = SeenBy(db, Caller.Of(context)).AsNoTracking()
            .Where(application => request.State == ApplicationState.Unspecified || application.State == request.State)
            .Where(application => agency == null || application.AgencyId == agency)
            .Where(application => !request.AwaitsEndorsement || (application.State == ApplicationState.Submitted && application.CentralAgencyId != null && application.EndorsedAt == null));
        if (request.Overdue)
        {
            found = Overdue(found, calendar.Cutoff);
        }

        // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins. Overdue first is two such
        // lists one after the other; its tokens begin with the list they are in.
        var late = overdueFirst && !request.PageToken.StartsWith('-');
        var before = Fields.PageToken(overdueFirst && request.PageToken.Length > 0 ? request.PageToken[1..] : request.PageToken);
        var page = overdueFirst && late
            ? await Overdue(found, calendar.Cutoff).Where(application => before == null || application.Id < before).OrderByDescending(application => application.Id).Take(size + 1).ToListAsync(ct)
            : [];
        var lateOnes = page.Count;
        if (page.Count <= size)
        {
            var from = late ? null : before;
            var rest = overdueFirst ? NotOverdue(found, calendar.Cutoff) : found;
            page.AddRange(await rest.Where(application => from == null || application.Id < from).OrderByDescending(application => application.Id).Take(size + 1 - page.Count).ToListAsync(ct));
        }

        var clients = page.Select(application => application.ApiClientId).OfType<Guid>().ToList();
        var keys = await db.ApiClients.Where(client => clients.Contains(client.Id)).ToDictionaryAsync(client => client.Id, client => client.ConsumerKey, ct);
        return new FindApplicationsReply
        {
            Applications = { page.Take(size).Select(application => Answer(application, application.ApiClientId is { } id ? keys[id] : null, calendar)) },
            NextPageToken = page.Count <= size ? "" : (overdueFirst ? size <= lateOnes ? "+" : "-" : "") + page[size - 1].Id.ToString("N"),
        };
    }

    private static IQueryable<RegistrationApplication> Overdue(IQueryable<RegistrationApplication> applications, DateTimeOffset cutoff) => applications
        .Where(application => application.State == ApplicationState.Submitted && (application.CentralAgencyId == null || application.EndorsedAt != null)
            && (application.EndorsedAt ?? application.SubmittedAt) < cutoff);

    private static IQueryable<RegistrationApplication> NotOverdue(IQueryable<RegistrationApplication> applications, DateTimeOffset cutoff) => applications
        .Where(application => application.State != ApplicationState.Submitted || (application.CentralAgencyId != null && application.EndorsedAt == null)
            || (application.EndorsedAt ?? application.SubmittedAt) >= cutoff);
}
