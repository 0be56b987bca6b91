using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/NoteDown: what was said at the appointment, for operators.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataOffer> NoteDown(NoteDownRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var notes = Fields.Text("notes", request.Notes, 4000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        offer.Notes = notes;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, true);
    }
}
