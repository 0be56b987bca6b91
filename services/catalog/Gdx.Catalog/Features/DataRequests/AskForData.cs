using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Ask: which data, which agency is responsible, for which service or mission; safe to repeat with the same id.</summary>
public sealed partial class DataRequestService
{
    private const int MostOpen = 200; // Of one agency: far more than a year brings, far less than fills a table.

    [Authorize(Roles = Roles.Person)]
    public override async Task<DataRequest> Ask(AskForDataRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var (agency, person) = (caller.RequireMenu(Menus.RequestData), caller.RequirePerson());
        var id = Fields.Id("request_id", request.RequestId);
        var asked = new DataRequestEntry
        {
            Id = id,
            What = Fields.Text("what", request.What, 2000, lines: true),
            ResponsibleAgencyId = Fields.OptionalId("responsible_agency_id", request.ResponsibleAgencyId),
            ResponsibleAgency = Fields.OptionalText("responsible_agency", request.ResponsibleAgency, 300),
            NeededFor = Fields.Text("needed_for", request.NeededFor, 1000, lines: true),
            AgencyId = agency,
            AskedBy = person,
            AskedAt = now,
        };
        if (asked.ResponsibleAgencyId is null && asked.ResponsibleAgency.Length == 0)
        {
            throw Problems.Invalid("responsible_agency", "must say who has the data, in words or by responsible_agency_id.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4942, hashtext({agency.ToString()}))", ct); // The same id sent twice at once is one request; so are counts.
        if (await db.Requests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) is { } known)
        {
            // Another agency's id is as good as unknown: nothing is told of it.
            return known.AgencyId == agency ? await AnswerAsync(known, false, ct) : throw Problems.Invalid("request_id", "must be a UUID that was not used.");
        }

        if (await db.Requests.CountAsync(one => one.AgencyId == agency && one.MergedInto == null && (one.State == DataRequestState.Asked || one.State == DataRequestState.Collecting), ct) >= MostOpen)
        {
            throw Problems.Rpc(StatusCode.ResourceExhausted, "catalog.request.too_many", $"Your agency has {MostOpen} open requests: wait for answers.");
        }

        db.Add(asked);
        db.Publish(id, new DataRequestAsked { RequestId = id, AgencyId = agency, AskedBy = person, ResponsibleAgencyId = asked.ResponsibleAgencyId, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(asked, false, ct);
    }
}
