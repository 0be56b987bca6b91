using System.Text;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

/// <summary>Forms, drafts and letters as people hand them in.</summary>
internal static class Paper
{
    /// <summary>The whole form FM-C17-016, in order.</summary>
    public static SubmitApplicationRequest FullForm(Action<SubmitApplicationRequest>? change = null) => IdentityApp.Form(form =>
    {
        var number = IdentityApp.NextNumber();
        form.Use = ApplicationUse.WebAndApi;
        form.OfficialCode = "00023";
        form.Address = "1 ถนนทดสอบ\nกรุงเทพมหานคร 10200";
        form.Phone = "02 123 4567 ext 89";
        form.Service = "Allowance of elderly people";
        form.Datasets.Add(["dopa.person", "dbd.juristic-person"]);
        form.PrimaryAdmin = new() { CitizenId = CitizenId.Synthetic(number).Value, Name = "ผู้ดูแลทดสอบ", Email = $"admin{number}@welfare.go.th" };
        form.TechnicalContact = new() { Name = "Technician", Email = "technician@welfare.go.th", Phone = "+66 2 123 4567" };
        form.CallerAddresses.Add(["203.0.113.7", "2001:db8::/32"]);
        change?.Invoke(form);
    });

    public static async Task<Application> DraftAsync(IdentityApp app, SignedIn author, SubmitApplicationRequest? form = null) =>
        await app.Applications.SaveDraftAsync(new() { Form = form ?? FullForm() }, author.Metadata);

    /// <summary>A draft that its author has handed in.</summary>
    public static async Task<Application> HandInAsync(IdentityApp app, SignedIn author, SubmitApplicationRequest? form = null) =>
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = (await DraftAsync(app, author, form)).Id }, author.Metadata);

    /// <summary>An application of this agency, taken back so that the next may follow.</summary>
    public static async Task<Application> OfAsync(IdentityApp app, Guid agency)
    {
        var author = await SignedIn.AsAsync(app, agency, Roles.Officer);
        var application = await HandInAsync(app, author, await FormOfAsync(app, agency));
        return await app.Applications.WithdrawAsync(new() { ApplicationId = application.Id }, author.Metadata);
    }

    /// <summary>A draft of somebody of this agency.</summary>
    public static async Task<Application> DraftOfAsync(IdentityApp app, Guid agency) => await DraftAsync(app, await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await FormOfAsync(app, agency));

    /// <summary>An application of a new regional agency under this central one.</summary>
    public static async Task<Application> RegionalUnderAsync(IdentityApp app, Guid central, SignedIn? author = null) => await HandInAsync(app, author ?? await SignedIn.AnyoneAsync(app),
        FullForm(form => (form.AgencyKind, form.CentralAgencyId) = (AgencyKind.Regional, central.ToString())));

    public static async Task<AttachedLetter> LetterOfAsync(IdentityApp app, Guid agency)
    {
        var author = await SignedIn.AsAsync(app, agency, Roles.Officer);
        var draft = await DraftAsync(app, author, await FormOfAsync(app, agency));
        var letter = await AttachAsync(app, author.Metadata, draft.Id, Pdf());
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        await app.Applications.WithdrawAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        return letter;
    }

    public static async Task<SubmitApplicationRequest> FormOfAsync(IdentityApp app, Guid agency)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var known = await scope.ServiceProvider.GetRequiredService<Data.IdentityDb>().Agencies.SingleAsync(one => one.Id == agency);
        return FullForm(form => (form.AgencyJuristicId, form.AgencyKind) = (known.JuristicId, known.Kind));
    }

    public static async Task<AttachedLetter> AttachAsync(IdentityApp app, Metadata who, string application, byte[] content, string name = "letter.pdf", long? size = null, int piece = 300_000)
    {
        using var call = app.Letters.Attach(who);
        await call.RequestStream.WriteAsync(new() { Start = new() { ApplicationId = application, Name = name, Size = size ?? content.Length } });
        await SendAsync(call.RequestStream, content, piece, chunk => new AttachLetterRequest { Chunk = chunk });
        return await call;
    }

    /// <summary>Sends the pieces until the other side has heard enough.</summary>
    public static async Task SendAsync<T>(IClientStreamWriter<T> stream, byte[] content, int piece, Func<ByteString, T> message)
    {
        try
        {
            for (var at = 0; at < content.Length; at += piece)
            {
                await stream.WriteAsync(message(ByteString.CopyFrom(content, at, Math.Min(piece, content.Length - at))));
            }

            await stream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException)
        {
            // The call is over before everything was sent; its answer says why.
        }
    }

    /// <summary>A PDF of one empty page with something in its catalog, different each time.</summary>
    public static byte[] Pdf(string inside = "", string page = "/Type /Page") => Encoding.Latin1.GetBytes($"""
        %PDF-1.7
        % {Guid.NewGuid():N}
        1 0 obj
        << /Type /Catalog /Pages 2 0 R {inside} >>
        endobj
        2 0 obj
        << /Type /Pages /Kids [3 0 R] /Count 1 >>
        endobj
        3 0 obj
        << {page} /Parent 2 0 R /MediaBox [0 0 595 842] >>
        endobj
        trailer
        << /Root 1 0 R /Size 4 >>
        startxref
        0
        %%EOF

        """);
}
