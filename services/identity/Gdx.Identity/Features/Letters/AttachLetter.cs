using System.Security.Cryptography;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Letters;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class LetterService
{
    private const int MostLetters = 20; // Of one application; 200 MB at most.
    private const long MostADay = 200 * 1024 * 1024; // Of one person: anyone who can sign in may attach, and the database must not fill up.

    /// <summary>gRPC gdx.identity.v1.Letters/Attach: keeps a letter that has arrived whole and is a plain PDF.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<AttachedLetter> Attach(IAsyncStreamReader<AttachLetterRequest> requestStream, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var start = (await Upload.FirstAsync(requestStream, ct)).Start ?? throw Problems.Invalid("start", "must be the first message");
        var (applicationId, name) = (Fields.Id("start.application_id", start.ApplicationId), FileName(start.Name));
        // Who may not attach is told before ten megabytes have travelled, and again below: meanwhile it may have been handed in.
        Refuse(await ApplicationService.SeenBy(db, caller).AsNoTracking().SingleOrDefaultAsync(one => one.Id == applicationId, ct), caller);
        var content = await Upload.RestAsync(requestStream, start.Size, message => message.KindCase == AttachLetterRequest.KindOneofCase.Chunk ? message.Chunk : null, ct);
        Refuse(PdfFile.Look(content));

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT FROM applications WHERE id = {applicationId} FOR UPDATE", ct);
        Refuse(await ApplicationService.SeenBy(db, caller).AsNoTracking().SingleOrDefaultAsync(one => one.Id == applicationId, ct), caller);
        var hash = SHA256.HashData(content);
        if (await db.Letters.Where(known => known.ApplicationId == applicationId && known.Sha256 == hash).Select(Described).SingleOrDefaultAsync(ct) is { } first)
        {
            return first.Answer();
        }

        if (await db.Letters.CountAsync(known => known.ApplicationId == applicationId, ct) >= MostLetters)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.letter.too_many", $"An application has at most {MostLetters} letters.");
        }

        if (!caller.Is(Roles.Operator) && content.Length + await db.Letters.Where(known => known.AttachedBy == caller.Person && known.AttachedAt > now.AddDays(-1)).SumAsync(known => (long)known.Size, ct) > MostADay)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.letter.too_many", $"You have attached {MostADay / 1024 / 1024} MB within a day: go on tomorrow.");
        }

        var letter = new Letter
        {
            Id = Guid.CreateVersion7(now),
            ApplicationId = applicationId,
            Name = name,
            Size = content.Length,
            Sha256 = hash,
            Content = content,
            AttachedAt = now,
            AttachedBy = caller.Person,
        };
        db.Letters.Add(letter);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        // As the database has it: instants to the microsecond, the same for whoever asks later.
        return (await db.Letters.Where(known => known.Id == letter.Id).Select(Described).SingleAsync(ct)).Answer();
    }

    /// <summary>The applicant attaches while writing, an operator until it is decided; others who see the application only read.</summary>
    private static void Refuse(RegistrationApplication? application, Caller caller)
    {
        if (application is null || (application.ApplicantId != caller.Person && !caller.Is(Roles.Operator)))
        {
            throw ApplicationService.Unknown();
        }

        if (!(application.State is ApplicationState.Returned or ApplicationState.Draft
            || (caller.Is(Roles.Operator) && application.State is ApplicationState.Submitted or ApplicationState.Verified)))
        {
            throw ApplicationService.WrongState(application);
        }
    }

    private static void Refuse(PdfKind kind)
    {
        switch (kind)
        {
            case PdfKind.Letter: return;
            case PdfKind.Encrypted: throw Problems.Rpc(StatusCode.InvalidArgument, "identity.letter.encrypted", "The PDF is locked or cannot be read through. Save it without a password.");
            case PdfKind.ActiveContent: throw Problems.Rpc(StatusCode.InvalidArgument, "identity.letter.active_content", "The PDF holds scripts, forms that send, or other files. Print it to a new PDF.");
            default: throw Problems.Rpc(StatusCode.InvalidArgument, "identity.letter.not_pdf", "The file is not a whole PDF with at least one page.");
        }
    }

    private static string FileName(string value)
    {
        var name = Fields.Text("start.name", value, 200);
        return name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) && name.Length > 4 && name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) < 0
            ? name
            : throw Problems.Invalid("start.name", "must be a file name that ends in .pdf, without a path");
    }
}
