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
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(24); // Long enough to get back to the desk at work, too short to lie around.

    /// <summary>gRPC gdx.identity.v1.Pins/IssueSetup: a registrar has the person at the desk and hands out a one-time code; the PIN itself the registrar never sees.</summary>
    [Authorize(Roles = Roles.Registrar)]
    public override async Task<PinSetup> IssueSetup(IssuePinSetupRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.GetUtcNow());
        var citizen = Desk.Citizen(request.CitizenId);
        int? birthYear = request.BirthYear == 0 ? null : PinRules.ReadBirthYear(request.BirthYear, now);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (person, registrar) = await AtDeskAsync(citizen, caller, ct);
        if (person.CitizenVerifiedAt is null)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.person.unverified", "Nobody has proven to have this number: verify the person first.");
        }

        // What a provider told stays; the card fills the gap.
        person.BirthYear ??= birthYear ?? throw Problems.Invalid("birth_year", "must be given: no provider told it, and the PIN must not be it");
        await CloseSetupsAsync(person.Id, ct);
        var code = PinRules.NewCode();
        var setup = new Data.PinSetup
        {
            Id = Guid.CreateVersion7(now),
            PersonId = person.Id,
            CodeHash = peppers.HashCode(peppers.CurrentId, code),
            PepperId = peppers.CurrentId,
            IssuedAt = now,
            ExpiresAt = now + CodeLifetime,
            IssuedBy = caller.Person,
            IssuedAtAgency = registrar.AgencyId,
            IssuedAtBranch = registrar.BranchId,
        };
        db.PinSetups.Add(setup);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new PinSetup { PersonId = person.Id.ToString(), Code = code, ExpiresAt = setup.ExpiresAt.ToTimestamp() };
    }
}
