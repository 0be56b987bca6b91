using System.Security.Cryptography;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class LetterTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_letter_comes_back_as_it_was_sent_and_twice_is_once()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        byte[] pdf = [.. Paper.Pdf()[..^8], .. "%"u8, .. Enumerable.Repeat((byte)'x', 3_000_000), .. "\n%%EOF\n"u8];

        var first = await Paper.AttachAsync(app, author.Metadata, draft.Id, pdf, "หนังสือขออนุญาต.pdf");
        var again = await Paper.AttachAsync(app, author.Metadata, draft.Id, pdf, "other.pdf", piece: 500_000);

        Assert.Equal(first, again);
        Assert.Equal(("หนังสือขออนุญาต.pdf", pdf.Length, author.Person.ToString()), (first.Name, (int)first.Size, first.AttachedBy));
        Assert.Equal(SHA256.HashData(pdf), first.Sha256.ToByteArray());
        Assert.Equal(first, Assert.Single((await app.Applications.GetAsync(new() { ApplicationId = draft.Id }, author.Metadata)).Letters));
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        foreach (var reader in new[] { author.Metadata, await app.AsAsync(IdentityApp.Checker) })
        {
            var (letter, content) = await GetAsync(reader, first.Id);
            Assert.Equal(first, letter);
            Assert.Equal(pdf, content);
        }
    }

    public static TheoryData<string> WrongFiles => [.. Wrong.Keys];

    private static readonly Dictionary<string, (string Code, Func<byte[]> File)> Wrong = new()
    {
        ["text"] = ("identity.letter.not_pdf", () => "Dear Sir"u8.ToArray()),
        ["a program"] = ("identity.letter.not_pdf", () => [.. "MZ"u8, .. Paper.Pdf()]),
        ["a page of the web with a PDF's end"] = ("identity.letter.not_pdf", () => "<html>%PDF-1.7 /Type /Page %%EOF"u8.ToArray()),
        ["a PDF cut short"] = ("identity.letter.not_pdf", () => Paper.Pdf()[..^8]),
        ["a PDF without a page"] = ("identity.letter.not_pdf", () => Paper.Pdf(page: "/Type /Pages")),
        ["a PDF with a page only in a comment"] = ("identity.letter.not_pdf", () => Paper.Pdf("% /Type /Page", page: "")),
        ["a locked PDF"] = ("identity.letter.encrypted", () => Paper.Pdf("/Encrypt 9 0 R")),
        ["a script"] = ("identity.letter.active_content", () => Paper.Pdf("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task What_is_no_letter_is_refused_and_kept_nowhere(string name)
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);

        Assert.Equal(new(StatusCode.InvalidArgument, Wrong[name].Code, ""), await Refusal.OfAsync(() => Paper.AttachAsync(app, author.Metadata, draft.Id, Wrong[name].File())));
        await NothingIsKeptAsync(draft.Id);
    }

    [Fact]
    public async Task A_letter_too_large_or_broken_off_is_kept_nowhere()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        var pdf = Paper.Pdf();

        Assert.Equal("identity.upload.too_large", (await RefusedAsync(pdf, size: (10 * 1024 * 1024) + 1)).Code);
        Assert.Equal("identity.upload.too_large", (await RefusedAsync(new byte[11 * 1024 * 1024], size: 10 * 1024 * 1024)).Code);
        Assert.Equal("identity.upload.incomplete", (await RefusedAsync(pdf, size: pdf.Length + 1)).Code);
        Assert.Equal("identity.upload.incomplete", (await RefusedAsync(pdf, size: pdf.Length - 1)).Code);
        Assert.Equal("start.size", (await RefusedAsync(pdf, size: -1)).Field);
        using (var broken = app.Letters.Attach(author.Metadata))
        {
            await broken.RequestStream.WriteAsync(new() { Start = new() { ApplicationId = draft.Id, Name = "letter.pdf", Size = pdf.Length } });
            await broken.RequestStream.WriteAsync(new() { Chunk = Google.Protobuf.ByteString.CopyFrom(pdf, 0, 100) });
        }

        using (var silent = app.Letters.Attach(author.Metadata))
        {
            await silent.RequestStream.CompleteAsync();
            Assert.Equal("start", (await Refusal.OfAsync(() => silent.ResponseAsync)).Field);
        }

        using (var twice = app.Letters.Attach(author.Metadata))
        {
            await twice.RequestStream.WriteAsync(new() { Start = new() { ApplicationId = draft.Id, Name = "letter.pdf", Size = pdf.Length } });
            await twice.RequestStream.WriteAsync(new() { Start = new() { ApplicationId = draft.Id, Name = "letter.pdf", Size = pdf.Length } });
            await twice.RequestStream.CompleteAsync();
            Assert.Equal("chunk", (await Refusal.OfAsync(() => twice.ResponseAsync)).Field);
        }

        await NothingIsKeptAsync(draft.Id);

        Task<Refusal> RefusedAsync(byte[] file, long size) => Refusal.OfAsync(() => Paper.AttachAsync(app, author.Metadata, draft.Id, file, size: size));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".pdf")]
    [InlineData("letter.doc")]
    [InlineData("../letter.pdf")]
    [InlineData("C:\\letter.pdf")]
    [InlineData("letter\n.pdf")]
    [InlineData("letter\u202Efdp.pdf")]
    public async Task A_name_that_is_no_file_name_is_refused(string name)
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);

        Assert.Equal("start.name", (await Refusal.OfAsync(() => Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf(), name))).Field);
    }

    [Fact]
    public async Task An_application_has_twenty_letters_at_most_also_when_they_come_at_once()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        for (var n = 0; n < 18; n++)
        {
            await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf());
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf());
                return "";
            }
            catch (RpcException refused)
            {
                return refused.Reason();
            }
        }));

        Assert.Equal(["", "", "identity.letter.too_many", "identity.letter.too_many", "identity.letter.too_many"], outcomes.Order());
        Assert.Equal(20, (await app.Applications.GetAsync(new() { ApplicationId = draft.Id }, author.Metadata)).Letters.Count);
    }

    [Fact]
    public async Task A_person_attaches_only_so_much_a_day_and_a_withdrawn_draft_leaves_no_letters()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf());
        await app.SqlAsync<Guid>($"UPDATE letters SET size = 200 * 1024 * 1024 WHERE application_id = '{draft.Id}' RETURNING id");

        Assert.Equal("identity.letter.too_many", (await Refusal.OfAsync(() => Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf()))).Code);
        await app.SqlAsync<Guid>($"UPDATE letters SET attached_at = attached_at - interval '25 hours' WHERE application_id = '{draft.Id}' RETURNING id");
        await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf());
        await app.Applications.WithdrawAsync(new() { ApplicationId = draft.Id }, author.Metadata);

        await NothingIsKeptAsync(draft.Id);
    }

    [Fact]
    public async Task One_letter_sent_many_times_at_once_is_kept_once()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        var pdf = Paper.Pdf();

        var letters = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Paper.AttachAsync(app, author.Metadata, draft.Id, pdf)));

        Assert.Single(letters.Distinct());
    }

    [Fact]
    public async Task The_applicant_attaches_while_writing_and_an_operator_until_it_is_decided()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var maker = await app.AsAsync(IdentityApp.Maker);
        var submitted = await Paper.HandInAsync(app, author);

        Assert.Equal("identity.application.state", (await Refusal.OfAsync(() => Paper.AttachAsync(app, author.Metadata, submitted.Id, Paper.Pdf()))).Code);
        await Paper.AttachAsync(app, maker, submitted.Id, Paper.Pdf());
        await app.Applications.ReturnAsync(new() { ApplicationId = submitted.Id, Reason = "x" }, maker);
        await Paper.AttachAsync(app, author.Metadata, submitted.Id, Paper.Pdf());
        var rejected = await app.Applications.RejectAsync(new() { ApplicationId = submitted.Id, Reason = "x" }, maker);
        Assert.Equal("identity.application.state", (await Refusal.OfAsync(() => Paper.AttachAsync(app, maker, submitted.Id, Paper.Pdf()))).Code);

        Assert.Equal(2, rejected.Letters.Count);
    }

    [Fact]
    public async Task Another_agency_reads_no_letter_and_the_central_one_does()
    {
        var central = await SignedIn.AgencyAsync(app);
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author, Paper.FullForm(form => (form.AgencyKind, form.CentralAgencyId) = (AgencyKind.Regional, central.ToString())));
        var letter = await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf());
        var admin = await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin);
        var strangers = new[] { (await SignedIn.AnyoneAsync(app)).Metadata, (await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin)).Metadata };

        foreach (var who in strangers.Append(admin.Metadata).Append(await app.AsAsync(IdentityApp.Maker)))
        {
            Assert.Equal(new(StatusCode.NotFound, "identity.letter.unknown", ""), await Refusal.OfAsync(() => GetAsync(who, letter.Id)));
        }

        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        Assert.Equal(letter, (await GetAsync(admin.Metadata, letter.Id)).Letter);
        foreach (var who in strangers)
        {
            Assert.Equal(new(StatusCode.NotFound, "identity.letter.unknown", ""), await Refusal.OfAsync(() => GetAsync(who, letter.Id)));
            Assert.Equal(new(StatusCode.NotFound, "identity.application.unknown", ""), await Refusal.OfAsync(() => Paper.AttachAsync(app, who, draft.Id, Paper.Pdf())));
        }

        Assert.Equal("identity.application.unknown", (await Refusal.OfAsync(() => Paper.AttachAsync(app, admin.Metadata, draft.Id, Paper.Pdf()))).Code);
    }

    [Fact]
    public async Task A_letter_is_taken_away_while_it_is_written_or_returned_and_not_while_it_is_looked_at()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var draft = await Paper.DraftAsync(app, author);
        var (wrong, right) = (await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf()), await Paper.AttachAsync(app, author.Metadata, draft.Id, Paper.Pdf()));

        await app.Letters.RemoveAsync(new() { LetterId = wrong.Id }, author.Metadata);
        var again = await Refusal.OfAsync(() => app.Letters.RemoveAsync(new() { LetterId = wrong.Id }, author.Metadata).ResponseAsync);
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        var submitted = await Refusal.OfAsync(() => app.Letters.RemoveAsync(new() { LetterId = right.Id }, author.Metadata).ResponseAsync);
        await app.Applications.ReturnAsync(new() { ApplicationId = draft.Id, Reason = "Another letter, please." }, await app.AsAsync(IdentityApp.Maker));
        await app.Letters.RemoveAsync(new() { LetterId = right.Id }, author.Metadata);

        Assert.Equal("identity.letter.unknown", again.Code);
        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.application.state", ""), submitted);
        await NothingIsKeptAsync(draft.Id);
    }

    [Fact]
    public async Task Nobody_takes_away_what_another_attached_but_the_applicant()
    {
        var (author, another) = (await SignedIn.AnyoneAsync(app), await SignedIn.AnyoneAsync(app));
        var (maker, checker) = (await app.AsAsync(IdentityApp.Maker), await app.AsAsync(IdentityApp.Checker));
        var application = await Paper.HandInAsync(app, author);
        var (first, second) = (await Paper.AttachAsync(app, maker, application.Id, Paper.Pdf()), await Paper.AttachAsync(app, maker, application.Id, Paper.Pdf()));
        await app.Applications.ReturnAsync(new() { ApplicationId = application.Id, Reason = "x" }, maker);

        foreach (var stranger in new[] { another.Metadata, checker })
        {
            Assert.Equal(new(StatusCode.NotFound, "identity.letter.unknown", ""), await Refusal.OfAsync(() => app.Letters.RemoveAsync(new() { LetterId = first.Id }, stranger).ResponseAsync));
        }

        Assert.Equal("letter_id", (await Refusal.OfAsync(() => app.Letters.RemoveAsync(new() { LetterId = "x" }, maker).ResponseAsync)).Field);
        await app.Letters.RemoveAsync(new() { LetterId = first.Id }, maker);
        await app.Letters.RemoveAsync(new() { LetterId = second.Id }, author.Metadata);
        await NothingIsKeptAsync(application.Id);
    }

    private async Task NothingIsKeptAsync(string application) => Assert.Equal(0L, await app.SqlAsync<long>($"SELECT count(*) FROM letters WHERE application_id = '{application}'"));

    private async Task<(AttachedLetter Letter, byte[] Content)> GetAsync(Metadata who, string id)
    {
        using var call = app.Letters.Get(new() { LetterId = id }, who);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var letter = call.ResponseStream.Current.Letter;
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            call.ResponseStream.Current.Chunk.WriteTo(content);
        }

        return (letter, content.ToArray());
    }
}
