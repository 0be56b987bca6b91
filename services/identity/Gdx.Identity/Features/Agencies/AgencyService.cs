using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Agency = Gdx.Identity.Data.Agency;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Agencies: who is let in, and who for the time being or for good is not.</summary>
public sealed partial class AgencyService(IdentityDb db, TimeProvider clock) : Agencies.AgenciesBase
{
    /// <summary>Under a lock: an approval at the same moment either finds the agency as it is after this, or is over before it.</summary>
    private async Task<Agency> LockAsync(string id, CancellationToken ct)
    {
        var agencyId = Fields.Id("agency_id", id);
        return await db.Agencies.FromSql($"SELECT *, xmin FROM agencies WHERE id = {agencyId} FOR UPDATE").SingleOrDefaultAsync(ct) ?? throw Unknown();
    }

    public static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.agency.unknown", "There is no agency with this id.");

    private static RpcException WrongState(Agency agency) => Problems.Rpc(
        StatusCode.FailedPrecondition, "identity.agency.state", $"The agency is {agency.State.ToString().ToLowerInvariant()}; this cannot be done with it now.");

    private void Move(Agency agency, AgencyState to, Guid person, DateTimeOffset now, string reason)
    {
        db.AgencySteps.Add(new() { Id = Guid.CreateVersion7(now), AgencyId = agency.Id, At = now, By = person, From = agency.State, To = to, Reason = reason });
        agency.State = to;
    }

    /// <summary>Ends every session that acts for the agency, everywhere.</summary>
    private async Task EndSessionsAsync(Agency agency, DateTimeOffset now, string because, CancellationToken ct)
    {
        // All rows are locked, in order, before the first is changed: changing takes a lock that every change of a watched table takes.
        var sessions = await db.Sessions.FromSql($"""
            SELECT s.*, s.xmin FROM sessions s JOIN memberships m ON m.id = s.membership_id
            WHERE m.agency_id = {agency.Id} AND s.ended_at IS NULL ORDER BY s.id FOR UPDATE OF s
            """).AsNoTracking().Select(session => session.Id).ToListAsync(ct);
        await db.Sessions.Where(session => sessions.Contains(session.Id))
            .ExecuteUpdateAsync(rows => rows.SetProperty(session => session.EndedAt, now).SetProperty(session => session.EndedBecause, because), ct);
    }

    private Task<List<Data.ApiClient>> LockClientsAsync(Agency agency, CancellationToken ct) =>
        db.ApiClients.FromSql($"SELECT *, xmin FROM api_clients WHERE agency_id = {agency.Id} ORDER BY id FOR UPDATE").ToListAsync(ct);

    private async Task<Contracts.V1.Agency> AnswerAsync(Agency agency, CancellationToken ct)
    {
        var answer = Answer(agency);
        var steps = await db.AgencySteps.AsNoTracking().Where(step => step.AgencyId == agency.Id).OrderBy(step => step.Id).ToListAsync(ct);
        answer.History.Add(steps.Select(step => new Contracts.V1.AgencyStep { At = step.At.ToTimestamp(), By = step.By.ToString(), From = step.From, To = step.To, Reason = step.Reason ?? "" }));
        return answer;
    }

    private static Contracts.V1.Agency Answer(Agency agency) => new()
    {
        Id = agency.Id.ToString(),
        Kind = agency.Kind,
        NameTh = agency.NameTh,
        NameEn = agency.NameEn,
        State = agency.State,
        OfficialCode = agency.OfficialCode ?? "",
        CentralAgencyId = agency.CentralAgencyId?.ToString() ?? "",
        Address = agency.Address ?? "",
        Phone = agency.Phone ?? "",
        Email = agency.Email ?? "",
        JuristicId = agency.JuristicId,
        ApprovedAt = agency.ApprovedAt?.ToTimestamp(),
    };
}
