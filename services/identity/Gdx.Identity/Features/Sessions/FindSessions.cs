using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class SessionService
{
    /// <summary>gRPC gdx.identity.v1.Sessions/Find: where the caller is signed in, newest first.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<FindSessionsReply> Find(FindSessionsRequest request, ServerCallContext context)
    {
        var (caller, size, after, now) = (Caller.Of(context), Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken), clock.GetUtcNow());
        var page = await db.Sessions.AsNoTracking()
            .Where(session => session.PersonId == caller.Person && session.EndedAt == null && session.StartedAt > now - SignIn.Longest && session.LastSeenAt > now - SignIn.Idle)
            .Where(session => after == null || session.Id < after)
            .OrderByDescending(session => session.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindSessionsReply
        {
            Sessions = { page.Take(size).Select(session => Show(session, caller)) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }
}
