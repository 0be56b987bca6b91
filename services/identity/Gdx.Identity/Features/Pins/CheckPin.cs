using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PinService
{
    private static readonly TimeSpan StepUp = TimeSpan.FromMinutes(15); // As decided for the exchange: one case at the counter, not a morning.

    /// <summary>gRPC gdx.identity.v1.Pins/Check: opens linked personal data for 15 minutes in the caller's own session; the next token carries it.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<CheckPinReply> Check(CheckPinRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var pin = PinRules.ReadPin("pin", request.Pin);
        limits.Count(caller.Person);
        var until = clock.GetUtcNow() + StepUp;
        await TryAsync(caller, pin, async kept =>
        {
            if (kept.PepperId != hasher.PepperId)
            {
                (kept.Salt, kept.PepperId) = (PinHasher.NewSalt(), hasher.PepperId);
                kept.Hash = await hasher.HashAsync(kept.PersonId, pin, kept.Salt, kept.PepperId, ct);
            }

            if (await db.Sessions.Where(session => session.Id == caller.Session && session.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(session => session.StepUpUntil, until), ct) == 0)
            {
                throw Problems.Rpc(StatusCode.Unauthenticated, "caller.unauthenticated", "The session has ended: sign in again.");
            }
        }, ct);
        return new CheckPinReply { StepUpUntil = until.ToTimestamp() };
    }
}
