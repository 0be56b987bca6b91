using System.Linq.Expressions;
using System.Security.Cryptography;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.Letters;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using RequestLetter = Gdx.Entitlement.Data.RequestLetter;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    private const int MostLetters = 20; // Of one request; 200 MB at most.
    private const long MostADay = 200 * 1024 * 1024; // Of one person: the database must not fill up.

    /// <summary>A letter without its bytes.</summary>
    private static readonly Expression<Func<RequestLetter, DescribedRequestLetter>> Described =
        letter => new(letter.Id, letter.RequestId, letter.Kind, letter.Name, letter.Size, letter.Sha256, letter.Scope, letter.AttachedAt, letter.AttachedBy);

    /// <summary>gRPC gdx.entitlement.v1.Requests/AttachLetter: keeps a letter that has arrived whole and is a plain PDF, with what it covers.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer},{Roles.SuperUser},{Roles.DataOwner},{Roles.Operator}")]
    public override async Task<Contracts.V1.RequestLetter> AttachLetter(IAsyncStreamReader<AttachRequestLetterRequest> requestStream, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var start = (await requestStream.MoveNext(ct) ? requestStream.Current.Start : null) ?? throw Problems.Invalid("start", "must be the first message");
        var (id, name) = (RequestFields.Id("start.request_id", start.RequestId), FileName(start.Name));
        // Who may not attach is told before ten megabytes have travelled, and again below: meanwhile it may have been decided.
        var seen = await SeenBy(caller).AsNoTracking().Include(request => request.Steps).SingleOrDefaultAsync(request => request.Id == id, ct) ?? throw Unknown();
        RequireSaying(Place(seen, start.Kind, caller).Letter, start);
        var content = await ReadAsync(requestStream, start.Size, ct);
        Refuse(PdfFile.Look(content));

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var request = await LockAsync(id, caller, ct);
        var (side, _) = Place(request, start.Kind, caller);
        await steps.ActAsync(request, caller.Person, side, ct);
        var hash = SHA256.HashData(content);
        if (await db.RequestLetters.Where(known => known.RequestId == id && known.Sha256 == hash && known.Kind == start.Kind && known.Side == side).Select(Described).SingleOrDefaultAsync(ct) is { } first)
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return first.Answer();
        }

        if (await db.RequestLetters.CountAsync(known => known.RequestId == id, ct) >= MostLetters)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.letter.too_many", $"A request has at most {MostLetters} letters.");
        }

        if (content.Length + await db.RequestLetters.Where(known => known.AttachedBy == caller.Person && known.AttachedAt > now.AddDays(-1)).SumAsync(known => (long)known.Size, ct) > MostADay)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.letter.too_many", $"You have attached {MostADay / 1024 / 1024} MB within a day: go on tomorrow.");
        }

        // The same paper covers what it covered when it first came, also under another kind and in a renewal: it has not changed. What a checker
        // attaches covers what a checker saw in it, not what those who ask said of it.
        var covered = await (from known in db.RequestLetters
                             join other in db.AccessRequests on known.RequestId equals other.Id
                             where known.Sha256 == hash && (side == Side.Maker || known.Side != Side.Maker) && other.AgencyId == request.AgencyId && other.DatasetId == request.DatasetId
                             orderby known.Id
                             select known.Scope).FirstOrDefaultAsync(ct);
        var letter = new RequestLetter
        {
            Id = Guid.CreateVersion7(now),
            RequestId = id,
            Kind = start.Kind,
            Name = name,
            Size = content.Length,
            Sha256 = hash,
            Content = content,
            Scope = covered ?? request.Asked,
            AttachedAt = now,
            AttachedBy = caller.Person,
            Side = side,
        };
        db.RequestLetters.Add(letter);
        steps.Note(request, "letter-attached", caller.Person, now, note: start.Kind);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return (await db.RequestLetters.Where(known => known.Id == letter.Id).Select(Described).SingleAsync(ct)).Answer();
    }

    /// <summary>Where a letter of this kind belongs, and on whose side the caller would attach it.</summary>
    private (Side Side, ProcedureFileLetter Letter) Place(AccessRequest request, string kind, RequestCaller caller)
    {
        if (RequestRules.IsOver(request.State))
        {
            throw WrongState(request);
        }

        var procedure = procedures.Find(request.ProcedureId) ?? throw NoProcedure();
        var writing = RequestRules.IsWritable(request.State);
        var places = from step in procedure.Steps
                     let open = request.Steps.Find(one => one.StepId == step.Id && one.State == StepState.Open)
                     let side = writing
                         ? step.Actor == StepActor.Agency && caller.Standing.Writes && caller.Agency == request.AgencyId ? Side.Maker : (Side?)null
                         : open is null ? null : RequestRules.SideOf(request, open, caller.Standing)
                     where side is not null
                     from letter in step.Letters
                     where letter.Kind == kind
                     select (side.Value, letter);
        return places.FirstOrDefault() is ( > 0, { } found) place ? (place.Item1, found)
            : throw Problems.Invalid("start.kind", "must be a letter of a step that is open and yours");
    }

    private static void RequireSaying(ProcedureFileLetter letter, RequestLetterStart start)
    {
        if (letter.MustNameEn.Length > 0 && !start.NamesIt)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.letter.must_name", $"The letter must say: {letter.MustNameTh} ({letter.MustNameEn}). Confirm that it does, or write it anew.");
        }
    }

    private static async Task<byte[]> ReadAsync(IAsyncStreamReader<AttachRequestLetterRequest> stream, long size, CancellationToken ct) =>
        await Upload.ReadAsync(stream, size, message => message.KindCase == AttachRequestLetterRequest.KindOneofCase.Chunk ? message.Chunk : null, ct) switch
        {
            (UploadEnd.Whole, var file) => file,
            (UploadEnd.NoSize, _) => throw Problems.Invalid("start.size", "must be the number of bytes, at least 1"),
            (UploadEnd.NotAPiece, _) => throw Problems.Invalid("chunk", "must follow the first message, and nothing else"),
            (UploadEnd.TooLarge, _) => throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.upload.too_large", $"The file is larger than {Upload.Largest / 1024 / 1024} MB."),
            _ => throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.upload.incomplete", "The file that arrived has not the size that was told. Send it again."),
        };

    private static void Refuse(PdfKind kind)
    {
        switch (kind)
        {
            case PdfKind.Letter: return;
            case PdfKind.Encrypted: throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.letter.encrypted", "The PDF is locked or cannot be read through. Save it without a password.");
            case PdfKind.ActiveContent: throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.letter.active_content", "The PDF holds scripts, forms that send, or other files. Print it to a new PDF.");
            default: throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.letter.not_pdf", "The file is not a whole PDF with at least one page.");
        }
    }

    private static string FileName(string value)
    {
        var name = RequestFields.Text("start.name", value, 200);
        return name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) && name.Length > 4 && name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) < 0
            ? name
            : throw Problems.Invalid("start.name", "must be a file name that ends in .pdf, without a path");
    }
}
