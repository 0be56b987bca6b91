using System.Security.Cryptography;
using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class RequestLetterTests(RequestsApp app)
{
    [Fact]
    public async Task A_letter_comes_back_as_it_was_sent_and_twice_is_once()
    {
        var (admin, ownerAgency) = (app.Admin(app.Neighbours.NewAgency()), app.Neighbours.NewAgency());
        var draft = await app.DraftAsync(admin, app.Dataset(owner: ownerAgency));
        byte[] pdf = [.. RequestsApp.Pdf()[..^7], .. "%"u8, .. Enumerable.Repeat((byte)'x', 1_000_000), .. "\n%%EOF\n"u8];

        var first = await app.AttachAsync(admin, draft.Id, "ask-letter", pdf, "หนังสือ.pdf");
        var again = await app.AttachAsync(admin, draft.Id, "ask-letter", pdf, "other.pdf");

        Assert.Equal(first, again);
        Assert.Equal(SHA256.HashData(pdf), first.Sha256.ToByteArray());
        Assert.Equal(("หนังสือ.pdf", admin.Person.ToString(), draft.Scope), (first.Name, first.AttachedBy, first.Scope));
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        foreach (var reader in new[] { admin, app.Owner(ownerAgency), app.Operator() })
        {
            var (letter, content) = await app.LetterAsync(reader, first.Id);
            Assert.Equal(first, letter);
            Assert.Equal(pdf, content);
        }

        foreach (var stranger in new[] { app.Admin(app.Neighbours.NewAgency()), app.Owner(app.Neighbours.NewAgency()), app.Owner(admin.Agency!.Value) })
        {
            Assert.Equal(new(StatusCode.NotFound, "entitlement.letter.unknown", ""), await Refusal.OfAsync(() => app.LetterAsync(stranger, first.Id)));
        }

        Assert.Equal("letter_id", (await Refusal.OfAsync(() => app.LetterAsync(admin, "x"))).Field);
    }

    private static readonly Dictionary<string, (string Code, Func<byte[]> File)> Wrong = new()
    {
        ["text"] = ("entitlement.letter.not_pdf", () => "Dear Sir"u8.ToArray()),
        ["a PDF cut short"] = ("entitlement.letter.not_pdf", () => RequestsApp.Pdf()[..^8]),
        ["a PDF without a page"] = ("entitlement.letter.not_pdf", () => RequestsApp.Pdf(page: "/Type /Pages")),
        ["a locked PDF"] = ("entitlement.letter.encrypted", () => RequestsApp.Pdf("/Encrypt 9 0 R")),
        ["a script"] = ("entitlement.letter.active_content", () => RequestsApp.Pdf("/OpenAction << /S /JavaScript >>")),
    };

    public static TheoryData<string> WrongFiles => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task What_is_no_letter_is_refused_and_kept_nowhere(string name)
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var draft = await app.DraftAsync(admin, app.Dataset());

        Assert.Equal(new(StatusCode.InvalidArgument, Wrong[name].Code, ""), await Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, "ask-letter", Wrong[name].File())));
        Assert.Empty((await app.Requests.GetAsync(new() { RequestId = draft.Id }, admin.Metadata)).Letters);
    }

    [Fact]
    public async Task A_letter_too_large_broken_off_or_of_no_kind_is_kept_nowhere()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var draft = await app.DraftAsync(admin, app.Dataset());
        var pdf = RequestsApp.Pdf();

        Assert.Equal("entitlement.upload.too_large", (await RefusedAsync(size: (10 * 1024 * 1024) + 1)).Code);
        Assert.Equal("entitlement.upload.incomplete", (await RefusedAsync(size: pdf.Length + 1)).Code);
        Assert.Equal("start.size", (await RefusedAsync(size: -1)).Field);
        Assert.Equal("start.kind", (await RefusedAsync(kind: "love-letter")).Field);
        Assert.Equal("start.kind", (await RefusedAsync(kind: "permit")).Field);
        foreach (var name in new[] { "", ".pdf", "letter.doc", "../letter.pdf", "a\n.pdf", "a\u202Efdp.pdf" })
        {
            Assert.Equal("start.name", (await RefusedAsync(name: name)).Field);
        }

        using (var silent = app.Requests.AttachLetter(admin.Metadata))
        {
            await silent.RequestStream.CompleteAsync();
            Assert.Equal("start", (await Refusal.OfAsync(() => silent.ResponseAsync)).Field);
        }

        Assert.Empty((await app.Requests.GetAsync(new() { RequestId = draft.Id }, admin.Metadata)).Letters);

        Task<Refusal> RefusedAsync(string kind = "ask-letter", string name = "letter.pdf", long? size = null) => Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, kind, pdf, name, size: size));
    }

    [Fact]
    public async Task A_request_has_twenty_letters_at_most()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var draft = await app.DraftAsync(admin, app.Dataset());
        for (var n = 0; n < 20; n++)
        {
            await app.AttachAsync(admin, draft.Id, "extra");
        }

        Assert.Equal("entitlement.letter.too_many", (await Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, "extra"))).Code);
    }

    [Fact]
    public async Task A_person_attaches_only_so_much_a_day()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var draft = await app.DraftAsync(admin, app.Dataset());
        await app.AttachAsync(admin, draft.Id, "extra");
        await app.SqlAsync($"UPDATE request_letters SET size = 200 * 1024 * 1024 WHERE request_id = '{draft.Id}'");

        Assert.Equal("entitlement.letter.too_many", (await Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, "extra"))).Code);
    }

    public static TheoryData<string, Action<SaveRequestRequest>> Wider => new()
    {
        { "a field", wish => wish.Scope.Fields.Add("fatherName") },
        { "a purpose", wish => wish.Scope.Purposes.Add(new RequestPurpose { Code = "more", NameTh = "x", NameEn = "x" }) },
        { "no case any more", wish => wish.Scope.Purposes[1].CaseRequired = false },
        { "a longer period", wish => wish.Scope.LastDay = Day(61) },
        { "a purpose for longer", wish => wish.Scope.Purposes[0].LastDay = "" },
        { "a channel", wish => wish.Scope.Channels.Add(Channel.Web) },
        { "a higher budget", wish => wish.Scope.Budget.PersonsPerDay++ },
    };

    [Theory]
    [MemberData(nameof(Wider), DisableDiscoveryEnumeration = true)]
    public async Task More_than_the_letter_covers_needs_a_new_letter(string what, Action<SaveRequestRequest> widen)
    {
        var (admin, dataset) = (app.Admin(app.Neighbours.NewAgency()), app.Dataset(owner: app.Neighbours.NewAgency()));
        var draft = await app.DraftAsync(admin, dataset, Narrow);
        var letter = RequestsApp.Pdf();
        await app.AttachAsync(admin, draft.Id, "ask-letter", letter);

        var wide = await app.Requests.SaveAsync(RequestsApp.Wish(dataset, wish =>
        {
            Narrow(wish);
            widen(wish);
            wish.RequestId = draft.Id;
        }), admin.Metadata);
        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.request.letter_narrower", ""), await Refusal.OfAsync(SubmitAsync));

        // The same paper again has not grown, also not under another kind first.
        await app.AttachAsync(admin, draft.Id, "extra", letter);
        await app.AttachAsync(admin, draft.Id, "ask-letter", letter);
        Assert.Equal("entitlement.request.letter_narrower", (await Refusal.OfAsync(SubmitAsync)).Code);
        await app.AttachAsync(admin, draft.Id, "ask-letter");
        var submitted = await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        Assert.True(submitted.State == RequestState.InProgress, what);

        // In progress it can only shrink: back to what it was, and never forth again.
        var narrowed = await app.Requests.NarrowAsync(new() { RequestId = draft.Id, Scope = draft.Scope }, admin.Metadata);
        Assert.Equal(draft.Scope, narrowed.Scope);
        Assert.Equal("entitlement.request.widened", (await Refusal.OfAsync(() => app.Requests.NarrowAsync(new() { RequestId = draft.Id, Scope = wide.Scope }, admin.Metadata).ResponseAsync)).Code);

        Task SubmitAsync() => app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata).ResponseAsync;
    }

    [Fact]
    public async Task Narrowing_after_one_side_has_decided_narrows_the_right()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var admin = app.Admin(agency);
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency));
        await app.DecideAsync(app.Owner(ownerAgency), request.Id, "owner");
        request.Scope.Fields.Remove("lastName");
        var narrowed = await app.Requests.NarrowAsync(new() { RequestId = request.Id, Scope = request.Scope }, admin.Metadata);

        var stale = RequestsApp.Grant(narrowed, "operator", decision => decision.Version--);
        Assert.Equal(new(StatusCode.Aborted, "request.conflict", ""), await Refusal.OfAsync(() => app.Requests.DecideAsync(stale, app.Operator().Metadata).ResponseAsync));
        var approved = await app.DecideAsync(app.Operator(), request.Id, "operator");

        Assert.Equal(["firstName", "dateOfBirth"], (await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata)).Fields);
        await Eventually.True(() => app.Said<AccessRequestNarrowed>().Any(fact => fact.RequestId.ToString() == request.Id && fact.By == admin.Person), "AccessRequestNarrowed");
    }

    private static void Narrow(SaveRequestRequest wish)
    {
        wish.Scope.Channels.Remove(Channel.Web);
        (wish.Scope.FirstDay, wish.Scope.LastDay) = (Day(0), Day(60));
        wish.Scope.Purposes[0].LastDay = Day(50);
        wish.Scope.Budget = new() { CallsPerSecond = 5, CallsPerDay = 100, PersonsPerDay = 50, CallsPerOfficerAndDay = 10, PersonsPerOfficerAndDay = 9 };
    }

    private static string Day(int ahead) => DateOnly.FromDateTime(DateTime.UtcNow.AddHours(7)).AddDays(ahead).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
