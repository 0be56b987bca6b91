using System.Security.Cryptography;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PinService
{
    private const int MostWrongCodes = 5; // Somebody who reads it from paper needs two or three.

    /// <summary>gRPC gdx.identity.v1.Pins/Set: the person chooses four digits, with the code from the registrar. A lock is gone: the registrar has seen the person.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<SetPinReply> Set(SetPinRequest request, ServerCallContext context)
    {
        var (id, ct, now) = (Caller.Of(context).Person, context.CancellationToken, clock.GetUtcNow());
        var code = PinRules.ReadCode(request.Code);
        var birthYear = await db.People.Where(person => person.Id == id).Select(person => person.BirthYear).SingleOrDefaultAsync(ct);
        var pin = PinRules.ReadNewPin("pin", request.Pin, birthYear);
        limits.Count(id);
        var salt = PinHasher.NewSalt();
        var hash = await hasher.HashAsync(id, pin, salt, hasher.PepperId, ct); // Whatever comes of the code.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var setup = await db.PinSetups.FromSql($"SELECT *, xmin FROM pin_setups WHERE person_id = {id} AND closed_at IS NULL FOR UPDATE").SingleOrDefaultAsync(ct);
        if (setup is null || now >= setup.ExpiresAt || !CryptographicOperations.FixedTimeEquals(peppers.HashCode(setup.PepperId, code), setup.CodeHash))
        {
            if (setup is not null && ++setup.WrongTries >= MostWrongCodes)
            {
                setup.ClosedAt = now;
            }

            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.pin.code_refused", "The code is wrong, used or older than a day. After five wrong ones a registrar gives a new one.");
        }

        (setup.UsedAt, setup.ClosedAt) = (now, now);
        var kept = await db.Pins.FromSql($"SELECT *, xmin FROM pins WHERE person_id = {id} FOR UPDATE").SingleOrDefaultAsync(ct);
        if (kept is null)
        {
            kept = new Data.Pin { PersonId = id, Salt = salt, Hash = hash, PepperId = hasher.PepperId };
            db.Pins.Add(kept);
        }

        (kept.Salt, kept.Hash, kept.PepperId) = (salt, hash, hasher.PepperId);
        var answer = Keep(kept, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return answer;
    }
}
