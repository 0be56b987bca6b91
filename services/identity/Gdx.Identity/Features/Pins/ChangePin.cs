using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PinService
{
    /// <summary>gRPC gdx.identity.v1.Pins/Change: another PIN for the old one; a wrong old one counts as a wrong try.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<SetPinReply> Change(ChangePinRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        var old = PinRules.ReadPin("old_pin", request.OldPin);
        var birthYear = await db.People.Where(person => person.Id == caller.Person).Select(person => person.BirthYear).SingleOrDefaultAsync(ct);
        var pin = PinRules.ReadNewPin("new_pin", request.NewPin, birthYear);
        if (pin == old)
        {
            throw Problems.Invalid("new_pin", "must be another one");
        }

        limits.Count(caller.Person);
        var salt = PinHasher.NewSalt();
        var hash = await hasher.HashAsync(caller.Person, pin, salt, hasher.PepperId, ct); // Whatever comes of the old one.
        SetPinReply? answer = null;
        await TryAsync(caller, old, kept =>
        {
            (kept.Salt, kept.Hash, kept.PepperId) = (salt, hash, hasher.PepperId);
            answer = Keep(kept, now);
            return Task.CompletedTask;
        }, ct);
        return answer!;
    }
}
