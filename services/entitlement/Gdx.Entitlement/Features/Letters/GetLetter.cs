using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    private const int Piece = 256 * 1024; // A quarter of what one message may hold.

    /// <summary>gRPC gdx.entitlement.v1.Requests/GetLetter: what a letter is, then its bytes, for whoever may see its request. Never over HTTP.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer},{Roles.SuperUser},{Roles.DataOwner},{Roles.Operator},{Roles.Auditor}")]
    public override async Task GetLetter(GetRequestLetterRequest request, IServerStreamWriter<GetRequestLetterReply> responseStream, ServerCallContext context)
    {
        var (ct, id) = (context.CancellationToken, RequestFields.Id("letter_id", request.LetterId));
        var seen = SeenBy(RequestCaller.Of(context)).Select(one => one.Id);
        var letter = await db.RequestLetters.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && seen.Contains(one.RequestId), ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "entitlement.letter.unknown", "There is no letter with this id.");
        await responseStream.WriteAsync(new() { Letter = new DescribedRequestLetter(letter.Id, letter.RequestId, letter.Kind, letter.Name, letter.Size, letter.Sha256, letter.Scope, letter.AttachedAt, letter.AttachedBy).Answer() }, ct);
        for (var at = 0; at < letter.Content.Length; at += Piece)
        {
            await responseStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(letter.Content, at, Math.Min(Piece, letter.Content.Length - at)) }, ct);
        }
    }
}
