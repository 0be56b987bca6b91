using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class LetterService
{
    /// <summary>gRPC gdx.identity.v1.Letters/Remove: the applicant, or whoever attached it, takes a letter away that nobody decides by yet.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<RemoveLetterReply> Remove(RemoveLetterRequest request, ServerCallContext context)
    {
        var (ct, caller, id) = (context.CancellationToken, Caller.Of(context), Fields.Id("letter_id", request.LetterId));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Under the application's lock: a letter does not vanish from what is handed in at the same moment.
        await db.Database.ExecuteSqlAsync($"SELECT FROM applications WHERE id = (SELECT application_id FROM letters WHERE id = {id}) FOR UPDATE", ct);
        var letter = await db.Letters.Where(one => one.Id == id).Select(Described).SingleOrDefaultAsync(ct) ?? throw UnknownLetter();
        var application = await ApplicationService.SeenBy(db, caller).AsNoTracking().SingleOrDefaultAsync(one => one.Id == letter.ApplicationId, ct) ?? throw UnknownLetter();
        if (application.ApplicantId != caller.Person && letter.AttachedBy != caller.Person)
        {
            throw UnknownLetter();
        }

        if (application.State is not (ApplicationState.Draft or ApplicationState.Returned))
        {
            throw ApplicationService.WrongState(application);
        }

        await db.Letters.Where(one => one.Id == id).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return new();
    }

    private static RpcException UnknownLetter() => Problems.Rpc(StatusCode.NotFound, "identity.letter.unknown", "There is no letter with this id.");
}
