using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Demo;

/// <summary>
/// Finding data and getting the right to it, from outside: an agency finds a dataset by a Thai word, follows the steps of its source with letters, four
/// eyes decide field by field, its SuperUser says which officer may use it, and what is taken away is closed within a second.
/// </summary>
public static class GettingTheRight
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1); // What a revocation may take.
    private static readonly string[] Asked = ["firstName", "lastName", "dateOfBirth", "fatherName"];
    private static readonly string[] Granted = ["firstName", "lastName", "dateOfBirth"];

    public static async Task RunAsync(Exchange exchange, string portalSecret)
    {
        var (journey, people) = (new Journey(exchange), GettingIn.TwoCouples());
        var (maker, checker) = (await exchange.AsMakerAsync(), await exchange.AsCheckerAsync());
        var application = await journey.ApproveAsync(await journey.ApplyAsync(people[0], people[1]));
        var secret = await journey.ClaimAsync(application.ContactEmail);
        await journey.ConfigureSourceAsync(application.AgencyId);
        await journey.SetPurposeAsync(application.AgencyId);
        using var admin = await Visitor.SignInAsync(exchange, portalSecret, "thaid", people[0]);
        using var officer = await JoinAsync(exchange, portalSecret, people[1], application.AgencyId, admin, Roles.Officer);
        using var superUser = await JoinAsync(exchange, portalSecret, people[2], application.AgencyId, admin, Roles.SuperUser);

        MainJob.Step("The agency's admin finds the data by a Thai word, and how to get it");
        var found = await exchange.Datasets.FindAsync(new FindDatasetsRequest { Query = "วันเกิด ทะเบียนราษฎร" }, admin.Metadata);
        var dataset = found.Datasets.FirstOrDefault(dataset => dataset.Id == Journey.Dataset) ?? throw new SurpriseException($"The dictionary does not find {Journey.Dataset}.");
        var procedure = await exchange.Procedures.GetAsync(new GetProcedureRequest { ProcedureId = dataset.ProcedureId }, admin.Metadata);
        MainJob.Say($"gRPC catalog.Datasets/Find → {dataset.NameTh}, {dataset.Fields.Count} fields; entitlement.Procedures/Get → {string.Join(", ", procedure.Steps.Select(step => step.TitleEn))}");

        MainJob.Step("The agency asks, with the letter to the owner; an operator records the owner's answer, field by field");
        var request = await AskAsync(exchange, admin);
        await AttachAsync(exchange, admin.Metadata, request.Id, "owner-letter");
        request = await exchange.Requests.SubmitAsync(new SubmitRequestRequest { RequestId = request.Id }, admin.Metadata);
        MainJob.Say($"gRPC entitlement.Requests/Save, /AttachLetter, /Submit → {request.State}, waits for {string.Join(", ", Open(request))}");
        await AttachAsync(exchange, maker, request.Id, "owner-permit");
        request = await DecideAsync(exchange, maker, request, "owner", Granted);
        MainJob.Say($"gRPC entitlement.Requests/Decide (owner, as its letter says: without fatherName) → waits for {string.Join(", ", Open(request))}");
        await MainJob.RefusedAsync("asking for more than the letter covers", StatusCode.FailedPrecondition, async () =>
            await exchange.Requests.NarrowAsync(new NarrowRequestRequest { RequestId = request.Id, Scope = Scope([.. Asked, "motherName"]) }, admin.Metadata));
        await AttachAsync(exchange, admin.Metadata, request.Id, "bureau-letter");
        await AttachAsync(exchange, admin.Metadata, request.Id, "owner-permit-copy");
        request = await exchange.Requests.CompleteStepAsync(new CompleteStepRequest { RequestId = request.Id, StepId = "bureau-letter" }, admin.Metadata);

        MainJob.Step("Another operator decides, and the Bureau's registration of the SuperUser is recorded: the right begins");
        await MainJob.RefusedAsync("the operator who recorded the owner's answer decides", StatusCode.PermissionDenied, async () => await DecideAsync(exchange, maker, request, "operator", Granted));
        request = await DecideAsync(exchange, checker, request, "operator", Granted);
        await AttachAsync(exchange, maker, request.Id, "super-user-registration");
        request = await exchange.Requests.CompleteStepAsync(new CompleteStepRequest { RequestId = request.Id, StepId = "super-user" }, maker);
        GettingIn.Expect(request.State == RequestState.Approved, $"The request is {request.State} after its last step.");
        MainJob.Say($"gRPC entitlement.Requests/Decide, /CompleteStep → {request.State}, grant {request.GrantId}");

        MainJob.Step("The officer may not use it yet, and learns why not; the SuperUser registers them");
        var token = await TokenAsync(exchange, application.ConsumerKey, secret, officer.Citizen.Value);
        var call = () => exchange.LinkAsync(application.ConsumerKey, token, Journey.Citizen.Value);
        var refused = await UntilAsync(call, 403, "officer", TimeSpan.FromSeconds(5));
        MainJob.Say($"the call with the officer's AgentID → 403 {refused.Body}");
        var why = await exchange.Decisions.ExplainAsync(
            new ExplainRequest { DatasetId = Journey.Dataset, DatasetVersion = "1", Purpose = Journey.Purpose, Channel = Channel.Api, OfficerId = officer.PersonId }, admin.Metadata);
        MainJob.Say($"gRPC entitlement.Decisions/Explain → {why.Code}: {why.Missing[0].TextTh} / {why.Missing[0].TextEn}");
        await MainJob.RefusedAsync("the SuperUser registers themself", StatusCode.PermissionDenied, async () => await SaveGroupAsync(exchange, superUser, request.GrantId, superUser.PersonId));
        var group = await SaveGroupAsync(exchange, superUser, request.GrantId, officer.PersonId);
        var answer = await UntilAsync(call, 200, "", AtOnce);
        GettingIn.Expect(answer.Json.Select(field => field.Key).Order(StringComparer.Ordinal).SequenceEqual(Granted.Order(StringComparer.Ordinal)), $"The answer holds {string.Join(", ", answer.Json.Select(field => field.Key))}.");
        MainJob.Say($"gRPC entitlement.OfficerGroups/Save → the same call answers {string.Join(", ", Granted)}");

        MainJob.Step("What would a revocation change? Then the group is dissolved");
        var preview = await exchange.Decisions.PreviewAsync(new PreviewRequest { RevokeGrantId = request.GrantId }, checker);
        GettingIn.Expect(preview.Flips.Sum(flip => flip.Count) > 0, "The preview of a revocation finds no call that it would end.");
        MainJob.Say($"gRPC entitlement.Decisions/Preview → of {preview.Replayed} calls {preview.Flips.Sum(flip => flip.Count)} would be refused; nothing is written");
        await exchange.OfficerGroups.DissolveAsync(new DissolveOfficerGroupRequest { GroupId = group.Id, Reason = "demo" }, superUser.Metadata);
        await UntilAsync(call, 403, "officer", AtOnce);
        MainJob.Say("gRPC entitlement.OfficerGroups/Dissolve → the officer's call is refused within a second");

        await AskingAndOffering.RunAsync(exchange, admin, maker, checker);
    }

    private static async Task<Visitor> JoinAsync(Exchange exchange, string portalSecret, Numbers.CitizenId citizen, string agency, Visitor admin, string role)
    {
        var visitor = await Visitor.SignInAsync(exchange, portalSecret, "thaid", citizen);
        var membership = await exchange.Memberships.JoinAsync(new JoinAgencyRequest { AgencyId = agency }, visitor.Metadata);
        await exchange.Memberships.ApproveAsync(new ApproveMembershipRequest { MembershipId = membership.Id, Roles = { role } }, admin.Metadata);
        await exchange.Sessions.SwitchMembershipAsync(new SwitchMembershipRequest { MembershipId = membership.Id }, visitor.Metadata);
        await visitor.RefreshAsync();
        return visitor;
    }

    private static async Task<AccessRequest> AskAsync(Exchange exchange, Visitor admin) => await exchange.Requests.SaveAsync(new SaveRequestRequest
    {
        Key = Guid.NewGuid().ToString(),
        DatasetId = Journey.Dataset,
        DatasetVersion = "1",
        Scope = Scope(Asked),
        Mission = "ตรวจสอบสิทธิสวัสดิการที่เคาน์เตอร์ / checking who is entitled to welfare, at the counter",
    }, admin.Metadata);

    private static RequestScope Scope(IEnumerable<string> fields) => new()
    {
        Fields = { fields },
        Purposes = { new RequestPurpose { Code = Journey.Purpose, NameTh = "ตรวจสอบสิทธิสวัสดิการ", NameEn = "Checking who is entitled to welfare" } },
        Channels = { Channel.Api },
    };

    private static async Task AttachAsync(Exchange exchange, Metadata caller, string request, string kind)
    {
        var letter = GettingIn.Letter();
        using var attach = exchange.Requests.AttachLetter(caller);
        await attach.RequestStream.WriteAsync(new AttachRequestLetterRequest { Start = new RequestLetterStart { RequestId = request, Kind = kind, Name = $"{kind}.pdf", Size = letter.Length, NamesIt = true } });
        await attach.RequestStream.WriteAsync(new AttachRequestLetterRequest { Chunk = ByteString.CopyFrom(letter) });
        await attach.RequestStream.CompleteAsync();
        await attach.ResponseAsync;
    }

    private static async Task<AccessRequest> DecideAsync(Exchange exchange, Metadata caller, AccessRequest request, string step, string[] granted) => await exchange.Requests.DecideAsync(new DecideRequestRequest
    {
        RequestId = request.Id,
        StepId = step,
        Version = (await exchange.Requests.GetAsync(new GetRequestRequest { RequestId = request.Id }, caller)).Version,
        Fields = { request.Scope.Fields.Select(field => new Verdict { Name = field, Granted = granted.Contains(field), Reason = granted.Contains(field) ? "" : "ไม่จำเป็น / not needed" }) },
        Purposes = { request.Scope.Purposes.Select(purpose => new Verdict { Name = purpose.Code, Granted = true }) },
    }, caller);

    private static IEnumerable<string> Open(AccessRequest request) => request.Steps.Where(step => step.State == StepState.Open).Select(step => step.Id);

    private static async Task<OfficerGroup> SaveGroupAsync(Exchange exchange, Visitor superUser, string grant, string officer) => await exchange.OfficerGroups.SaveAsync(new SaveOfficerGroupRequest
    {
        RequestId = Guid.NewGuid().ToString(),
        Name = "เคาน์เตอร์ 1 / counter 1",
        Rights = { new GroupRight { GrantId = grant } },
        OfficerIds = { officer },
        ValidFrom = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMinutes(-1)),
        ValidUntil = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddYears(1)),
    }, superUser.Metadata);

    private static async Task<string> TokenAsync(Exchange exchange, string key, string secret, string agent)
    {
        var validated = await Exchange.UntilAsync(async () => await exchange.ValidateAsync(key, secret, agent) is { Status: 200 } answer ? answer : null, TimeSpan.FromSeconds(2))
            ?? throw new SurpriseException("The claimed secret is not accepted within 2 s.");
        return validated.Json["Result"]!.GetValue<string>();
    }

    private static async Task<Answer> UntilAsync(Func<Task<Answer>> call, int status, string inBody, TimeSpan atMost)
    {
        Answer? last = null;
        return await Exchange.UntilAsync(async () => (last = await call()).Status == status && last.Body.Contains(inBody, StringComparison.OrdinalIgnoreCase) ? last : null, atMost)
            ?? throw new SurpriseException($"The call answers HTTP {last!.Status} {last.Body} instead of {status} after {atMost.TotalSeconds} s.");
    }
}
