using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.Numbers;
using Google.Protobuf;
using Grpc.Core;

namespace Gdx.Demo;

/// <summary>
/// Getting in, from outside: a department applies over the web, its people sign in through the simulated providers and are approved, an officer gets
/// a PIN from a registrar and opens linked personal data with it, and is out everywhere within a second once suspended.
/// </summary>
public static class GettingIn
{
    private const string Pin = "2846";

    public static async Task RunAsync(Exchange exchange, string portalSecret)
    {
        var (maker, checker) = (await exchange.AsMakerAsync(), await exchange.AsCheckerAsync());
        var people = TwoCouples();
        using var applicant = await Visitor.SignInAsync(exchange, portalSecret, "thaid", people[0]);
        MainJob.Step("Somebody of a department signs in and hands in the form with a letter");
        MainJob.Say($"sign-in through ThaID → person {applicant.PersonId}, acts for no agency");
        var application = await ApplyAsync(exchange, applicant, people[1]);
        MainJob.Say($"gRPC identity.Applications/SaveDraft, Letters/Attach, Applications/SubmitDraft → {application.State}, due {application.DueAt.ToDateTimeOffset():yyyy-MM-dd}");

        MainJob.Step("Two operators let the department in; the primary admin named on the form signs in");
        await exchange.Applications.VerifyAsync(new VerifyApplicationRequest { ApplicationId = application.Id, Reason = "The letter was checked by telephone." }, maker);
        application = await exchange.Applications.ApproveAsync(new ApproveApplicationRequest { ApplicationId = application.Id }, checker);
        using var admin = await Visitor.SignInAsync(exchange, portalSecret, "dga", people[1]);
        Expect(admin.Has("role", Roles.OrganizationAdmin) && admin.Has(Claims.Agency, application.AgencyId), "The primary admin does not act for the agency.");
        MainJob.Say($"sign-in through DGA Digital ID → {Roles.OrganizationAdmin} of {application.AgencyNameEn}");

        MainJob.Step("An officer asks to join, the admin approves and opens menus");
        using var officer = await Visitor.SignInAsync(exchange, portalSecret, "thaid", people[2]);
        var membership = await exchange.Memberships.JoinAsync(new JoinAgencyRequest { AgencyId = application.AgencyId }, officer.Metadata);
        await exchange.Memberships.ApproveAsync(new ApproveMembershipRequest { MembershipId = membership.Id, Roles = { Roles.Officer }, Menus = { Menus.LookUpPerson } }, admin.Metadata);
        await exchange.Sessions.SwitchMembershipAsync(new SwitchMembershipRequest { MembershipId = membership.Id }, officer.Metadata);
        await officer.RefreshAsync();
        Expect(officer.Has("role", Roles.Officer) && officer.Has(Claims.Menu, Menus.LookUpPerson), "The officer's new token does not say what was approved.");
        MainJob.Say($"gRPC identity.Memberships/Join, /Approve, Sessions/SwitchMembership → role {Roles.Officer}, menu {Menus.LookUpPerson}");
        var told = await Exchange.UntilAsync(async () =>
            (await exchange.Inbox.ListAsync(new ListInboxRequest(), officer.Metadata)).Messages.FirstOrDefault(message => message.Template == "membership-approved"), TimeSpan.FromSeconds(60))
            ?? throw new SurpriseException("The officer's inbox does not tell of the approval within 60 s.");
        MainJob.Say($"gRPC notification.Inbox/List → {told.TitleTh} / {told.TitleEn}");

        MainJob.Step("A registrar hands out a PIN in person; with it the officer may see linked personal data for a quarter of an hour");
        using var registrar = await RegistrarAsync(exchange, portalSecret, people[3], application.AgencyId, admin, maker, checker);
        var setup = await exchange.Pins.IssueSetupAsync(new IssuePinSetupRequest { CitizenId = officer.Citizen.Value, BirthYear = 2520 }, registrar.Metadata);
        await MainJob.RefusedAsync("a PIN with a run of digits", StatusCode.InvalidArgument, async () => await exchange.Pins.SetAsync(new SetPinRequest { Code = setup.Code, Pin = "1234" }, officer.Metadata));
        await exchange.Pins.SetAsync(new SetPinRequest { Code = setup.Code, Pin = Pin }, officer.Metadata);
        await MainJob.RefusedAsync("a wrong PIN", StatusCode.PermissionDenied, async () => await exchange.Pins.CheckAsync(new CheckPinRequest { Pin = "7391" }, officer.Metadata));
        await exchange.Pins.CheckAsync(new CheckPinRequest { Pin = Pin }, officer.Metadata);
        await officer.RefreshAsync();
        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(officer.Claims[Claims.StepUpUntil]!.ToString(), CultureInfo.InvariantCulture));
        Expect(until - DateTimeOffset.UtcNow is { TotalMinutes: > 13 and <= 15 }, "The token does not carry the step-up of 15 minutes.");
        MainJob.Say($"gRPC identity.Pins/IssueSetup, /Set, /Check → step-up until {until:HH:mm:ss} in the next token");

        MainJob.Step("The admin suspends the officer");
        await exchange.Memberships.SuspendAsync(new SuspendMembershipRequest { MembershipId = membership.Id, Reason = "demo" }, admin.Metadata);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = await Exchange.UntilAsync(async () => await IsOutAsync(exchange, officer) ? "out" : null, TimeSpan.FromSeconds(1)) ?? throw new SurpriseException("The suspended officer's token still works after 1 s.");
        MainJob.Say($"gRPC notification.Inbox/List and identity.People/Get with the same token → Unauthenticated, {watch.ElapsedMilliseconds} ms after the suspension");
    }

    private static async Task<Application> ApplyAsync(Exchange exchange, Visitor applicant, CitizenId admin)
    {
        var number = RandomNumberGenerator.GetInt32(100_000_000);
        var draft = await exchange.Applications.SaveDraftAsync(new SaveDraftRequest
        {
            Form = new SubmitApplicationRequest
            {
                Use = ApplicationUse.Web,
                AgencyKind = AgencyKind.Department,
                AgencyNameTh = $"กรมทะเบียนตัวอย่าง {number}",
                AgencyNameEn = $"Department of Sample Registration {number}",
                AgencyJuristicId = JuristicId.Synthetic(number).Value,
                Mission = "ให้บริการประชาชนที่เคาน์เตอร์ / serving citizens at the counter",
                Service = "ตรวจสอบข้อมูลบุคคล / checking a person's record",
                ContactEmail = $"contact-{number}@registration.test",
                Datasets = { Journey.Dataset },
                PrimaryAdmin = new PrimaryAdmin { CitizenId = admin.Value, Name = "ผู้ดูแลระบบตัวอย่าง", Email = $"admin-{number}@registration.test" },
                RequestId = Guid.NewGuid().ToString(),
            },
        }, applicant.Metadata);
        using var attach = exchange.Letters.Attach(applicant.Metadata);
        var letter = Letter();
        await attach.RequestStream.WriteAsync(new AttachLetterRequest { Start = new LetterStart { ApplicationId = draft.Id, Name = "หนังสือขออนุญาต.pdf", Size = letter.Length } });
        await attach.RequestStream.WriteAsync(new AttachLetterRequest { Chunk = ByteString.CopyFrom(letter) });
        await attach.RequestStream.CompleteAsync();
        await attach.ResponseAsync;
        return await exchange.Applications.SubmitDraftAsync(new SubmitDraftRequest { ApplicationId = draft.Id }, applicant.Metadata);
    }

    /// <summary>A member of the agency to whom two operators give the registrar's role.</summary>
    private static async Task<Visitor> RegistrarAsync(Exchange exchange, string portalSecret, CitizenId citizen, string agency, Visitor admin, Metadata maker, Metadata checker)
    {
        var registrar = await Visitor.SignInAsync(exchange, portalSecret, "thaid", citizen);
        var membership = await exchange.Memberships.JoinAsync(new JoinAgencyRequest { AgencyId = agency }, registrar.Metadata);
        await exchange.Memberships.ApproveAsync(new ApproveMembershipRequest { MembershipId = membership.Id, Roles = { Roles.Officer } }, admin.Metadata);
        var asked = await exchange.OperatorRoles.AskAsync(new AskRoleRequest { MembershipId = membership.Id, Role = Roles.Registrar }, maker);
        await exchange.OperatorRoles.DecideAsync(new DecideRoleRequest { GrantId = asked.Id, Approve = true, Reason = "Appointed by the Bureau of Registration." }, checker);
        await exchange.Sessions.SwitchMembershipAsync(new SwitchMembershipRequest { MembershipId = membership.Id }, registrar.Metadata);
        await registrar.RefreshAsync();
        return registrar;
    }

    /// <summary>Living adults of the simulated population, other ones each time: the first two of each of its 60 families of five are.</summary>
    internal static List<CitizenId> TwoCouples()
    {
        var families = Enumerable.Range(0, 60).ToArray();
        RandomNumberGenerator.Shuffle<int>(families);
        return [.. families.Take(2).SelectMany(family => new[] { CitizenId.Synthetic(100 + (5 * family)), CitizenId.Synthetic(101 + (5 * family)) })];
    }

    private static async Task<bool> IsOutAsync(Exchange exchange, Visitor visitor) =>
        await StatusAsync(async () => await exchange.Inbox.ListAsync(new ListInboxRequest(), visitor.Metadata)) == StatusCode.Unauthenticated
        && await StatusAsync(async () => await exchange.People.GetAsync(new GetProfileRequest(), visitor.Metadata)) == StatusCode.Unauthenticated;

    private static async Task<StatusCode> StatusAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    internal static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SurpriseException(otherwise);
        }
    }

    /// <summary>A PDF of one empty page.</summary>
    internal static byte[] Letter()
    {
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        foreach (var body in new[] { "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>" })
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        var table = pdf.Length;
        pdf.Append("xref\n0 4\n0000000000 65535 f \n");
        offsets.ForEach(offset => pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }
}
