using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class SessionService
{
    private const int LongestReason = 64;

    /// <summary>gRPC gdx.identity.v1.Sessions/End: signs the caller out at one browser.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<EndSessionReply> End(EndSessionRequest request, ServerCallContext context)
    {
        var (caller, id) = (Caller.Of(context), Fields.Id("session_id", request.SessionId));
        var own = db.Sessions.Where(session => session.Id == id && session.PersonId == caller.Person);
        // Somebody else's is as unknown as one that never was.
        return await own.AnyAsync(context.CancellationToken)
            ? new EndSessionReply { Ended = await own.EndAsync("signed-out", clock.GetUtcNow(), context.CancellationToken) }
            : throw Problems.Rpc(StatusCode.NotFound, "identity.session.unknown", "You have no session with this id.");
    }

    /// <summary>gRPC gdx.identity.v1.Sessions/EndAll: signs the caller out everywhere.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<EndSessionReply> EndAll(EndAllSessionsRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        return new() { Ended = await db.Sessions.Where(session => session.PersonId == caller.Person).EndAsync("signed-out", clock.GetUtcNow(), context.CancellationToken) };
    }

    /// <summary>gRPC gdx.identity.v1.Sessions/EndOf: an operator signs a person out everywhere.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<EndSessionReply> EndOf(EndSessionsOfRequest request, ServerCallContext context)
    {
        var (person, reason) = (Fields.Id("person_id", request.PersonId), Fields.Text("reason", request.Reason, LongestReason));
        return new() { Ended = await db.Sessions.Where(session => session.PersonId == person).EndAsync(reason, clock.GetUtcNow(), context.CancellationToken) };
    }
}
