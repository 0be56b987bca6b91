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
    /// <summary>gRPC gdx.identity.v1.Pins/Unlock: a registrar has the person at the desk and opens the locked PIN; it stays the same.</summary>
    [Authorize(Roles = Roles.Registrar)]
    public override async Task<UnlockPinReply> Unlock(UnlockPinRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        var citizen = Desk.Citizen(request.CitizenId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (person, registrar) = await AtDeskAsync(citizen, caller, ct);
        var pin = await db.Pins.FromSql($"SELECT *, xmin FROM pins WHERE person_id = {person.Id} FOR UPDATE").SingleOrDefaultAsync(ct);
        if (pin is not { LockedAt: { } lockedAt })
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.pin.not_locked", "The person has no PIN that is locked.");
        }

        (pin.LockedAt, pin.WrongTries) = (null, 0);
        db.PinUnlocks.Add(new Data.PinUnlock
        {
            Id = Guid.CreateVersion7(now),
            PersonId = person.Id,
            LockedAt = lockedAt,
            UnlockedAt = now,
            UnlockedBy = caller.Person,
            UnlockedAtAgency = registrar.AgencyId,
            UnlockedAtBranch = registrar.BranchId,
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new UnlockPinReply { PersonId = person.Id.ToString(), UnlockedAt = now.ToTimestamp() };
    }
}
