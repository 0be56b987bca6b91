using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class LetterService
{
    private const int Piece = 256 * 1024; // A quarter of what one message may hold.

    /// <summary>gRPC gdx.identity.v1.Letters/Get: what a letter is, then its bytes, for whoever may see its application.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task Get(GetLetterRequest request, IServerStreamWriter<GetLetterReply> responseStream, ServerCallContext context)
    {
        var (ct, id) = (context.CancellationToken, Fields.Id("letter_id", request.LetterId));
        var seen = ApplicationService.SeenBy(db, Caller.Of(context)).Select(application => application.Id);
        var letter = await db.Letters.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && seen.Contains(one.ApplicationId), ct)
            ?? throw UnknownLetter();
        await responseStream.WriteAsync(new GetLetterReply { Letter = Described.Compile()(letter).Answer() }, ct);
        for (var at = 0; at < letter.Content.Length; at += Piece)
        {
            await responseStream.WriteAsync(new GetLetterReply { Chunk = ByteString.CopyFrom(letter.Content, at, Math.Min(Piece, letter.Content.Length - at)) }, ct);
        }
    }
}
