using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class SubmitBadInputTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private static readonly Dictionary<string, (string Field, Action<SubmitApplicationRequest> Spoil)> Wrong = new()
    {
        ["no kind"] = ("agency_kind", form => form.AgencyKind = AgencyKind.Unspecified),
        ["a kind that does not exist"] = ("agency_kind", form => form.AgencyKind = (AgencyKind)99),
        ["a regional agency without its central one"] = ("central_agency_id", form => form.AgencyKind = AgencyKind.Regional),
        ["no Thai name"] = ("agency_name_th", form => form.AgencyNameTh = ""),
        ["a Thai name of spaces"] = ("agency_name_th", form => form.AgencyNameTh = "   \t"),
        ["a Thai name too long"] = ("agency_name_th", form => form.AgencyNameTh = new string('ก', 201)),
        ["an English name with a zero"] = ("agency_name_en", form => form.AgencyNameEn = "a\0b"),
        ["an English name of two lines"] = ("agency_name_en", form => form.AgencyNameEn = "a\r\nBcc: x@y.go.th"),
        ["an English name with a line separator"] = ("agency_name_en", form => form.AgencyNameEn = "a\u2028b"),
        ["an English name that runs backwards"] = ("agency_name_en", form => form.AgencyNameEn = "a\u202Eb"),
        ["no number"] = ("agency_juristic_id", form => form.AgencyJuristicId = ""),
        ["a number with a wrong check digit"] = ("agency_juristic_id", form => form.AgencyJuristicId = WrongDigit(form.AgencyJuristicId)),
        ["a number too short"] = ("agency_juristic_id", form => form.AgencyJuristicId = form.AgencyJuristicId[..12]),
        ["a number too long"] = ("agency_juristic_id", form => form.AgencyJuristicId += "0"),
        ["a number in Thai digits"] = ("agency_juristic_id", form => form.AgencyJuristicId = Thai(form.AgencyJuristicId)),
        ["a number with hyphens"] = ("agency_juristic_id", form => form.AgencyJuristicId = "0-9999-00000-00-0"),
        ["a citizen's number"] = ("agency_juristic_id", form => form.AgencyJuristicId = CitizenId.Synthetic(1).Value),
        ["a company's number"] = ("agency_juristic_id", form => form.AgencyJuristicId = "0105500000003"),
        ["no mission"] = ("mission", form => form.Mission = ""),
        ["a mission too long"] = ("mission", form => form.Mission = new string('x', 1001)),
        ["a mission with an escape"] = ("mission", form => form.Mission = "\u001b[31mred"),
        ["no request id"] = ("request_id", form => form.RequestId = ""),
        ["a request id of zeros"] = ("request_id", form => form.RequestId = Guid.Empty.ToString()),
        ["a request id that is none"] = ("request_id", form => form.RequestId = "1"),
        ["no agents"] = ("agents", form => form.Agents.Clear()),
        ["too many agents"] = ("agents", form => form.Agents.Add(Enumerable.Range(0, 100).Select(n => System($"system-{n}")))),
        ["one officer twice"] = ("agents", form => form.Agents.Add(form.Agents[0])),
        ["one system twice"] = ("agents", form => form.Agents.Add([System("Batch"), System("batch")])),
        ["an agent who is nobody"] = ("agents[1].agent", form => form.Agents.Add(new Agent { DisplayName = "x" })),
        ["an officer with a wrong check digit"] = ("agents[0].citizen_id", form => form.Agents[0].CitizenId = WrongDigit(form.Agents[0].CitizenId)),
        ["an officer in Thai digits"] = ("agents[0].citizen_id", form => form.Agents[0].CitizenId = Thai(form.Agents[0].CitizenId)),
        ["an officer without number"] = ("agents[0].citizen_id", form => form.Agents[0].CitizenId = ""),
        ["a system of one letter"] = ("agents[1].system_name", form => form.Agents.Add(System("a"))),
        ["a system that begins with a digit"] = ("agents[1].system_name", form => form.Agents.Add(System("1abc"))),
        ["a system too long"] = ("agents[1].system_name", form => form.Agents.Add(System(new string('a', 33)))),
        ["a system with a line end"] = ("agents[1].system_name", form => form.Agents.Add(System("batch\n"))),
        ["a system in Thai"] = ("agents[1].system_name", form => form.Agents.Add(System("ระบบ"))),
        ["an agent without name"] = ("agents[0].display_name", form => form.Agents[0].DisplayName = ""),
        ["an agent's name too long"] = ("agents[0].display_name", form => form.Agents[0].DisplayName = new string('x', 201)),
        ["an agent's name with a bell"] = ("agents[0].display_name", form => form.Agents[0].DisplayName = "a\ab"),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_field_that_does_not_fit_is_named_and_not_repeated(string name)
    {
        var (field, spoil) = Wrong[name];
        var form = IdentityApp.Form(spoil);

        var refused = await Assert.ThrowsAsync<RpcException>(() => app.SubmitAsync(form));

        Assert.Equal((StatusCode.InvalidArgument, "request.invalid", field), (refused.StatusCode, refused.Reason(), refused.Field()));
        foreach (var number in form.Agents.Select(agent => agent.CitizenId).Append(form.AgencyJuristicId).Where(number => number.Length > 0))
        {
            Assert.DoesNotContain(number, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("welfare.go.th")]
    [InlineData("@welfare.go.th")]
    [InlineData("a@go.th")]
    [InlineData("a@.go.th")]
    [InlineData("a@gmail.com")]
    [InlineData("a@evilgo.th")]
    [InlineData("a@evil.com.go.th.example")]
    [InlineData("a@welfare.go.th.")]
    [InlineData("a@welfare.go.th@evil.com")]
    [InlineData("a@evil.com,b@welfare.go.th")]
    [InlineData("a@evil.com b@welfare.go.th")]
    [InlineData("<a@evil.com> b@welfare.go.th")]
    [InlineData("Name <a@welfare.go.th>")]
    [InlineData("a@welfare.go.th\r\nBcc: b@evil.com")]
    [InlineData("\"a\r\n b\"@welfare.go.th")]
    [InlineData("\"a@evil.com>\"@welfare.go.th")]
    [InlineData("a@[203.0.113.7]")]
    [InlineData("a@-welfare.go.th")]
    [InlineData("a@wel..fare.go.th")]
    [InlineData("a@กรม.go.th")]
    [InlineData("ก@welfare.go.th")]
    [InlineData("a@welfare.ɡo.th")]
    [InlineData("a%evil.com@welfare.go.th")]
    [InlineData("a!evil.com@welfare.go.th")]
    public async Task Mail_that_could_leave_the_government_is_refused(string email)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => app.SubmitAsync(form => form.ContactEmail = email));

        Assert.Equal((StatusCode.InvalidArgument, "contact_email"), (refused.StatusCode, refused.Field()));
    }

    [Theory]
    [InlineData("a.b+c-d_e@welfare.go.th")]
    [InlineData("O'Neil@Sub.Welfare.GO.TH")]
    [InlineData("a@hospital.or.th")]
    [InlineData("a@army.mi.th")]
    [InlineData("a@university.ac.th")]
    [InlineData("a@welfare.test")]
    public async Task Mail_to_a_government_body_is_taken(string email) =>
        Assert.Equal(email, (await app.SubmitAsync(form => form.ContactEmail = email)).ContactEmail);

    [Fact]
    public async Task A_mail_address_too_long_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => app.SubmitAsync(form => form.ContactEmail = $"{new string('a', 60)}@{string.Concat(Enumerable.Repeat("welfare.", 30))}go.th"));

        Assert.Equal("contact_email", refused.Field());
    }

    [Fact]
    public async Task The_largest_form_that_fits_is_taken()
    {
        var numbers = Enumerable.Range(0, 99).Select(_ => CitizenId.Synthetic(IdentityApp.NextNumber()).Value);

        var application = await app.LetInAsync(form =>
        {
            (form.AgencyNameTh, form.AgencyNameEn, form.Mission) = (new string('ก', 200), new string('x', 200), "ก\nข\t" + new string('ก', 996));
            form.Agents.Add(numbers.Select(number => new Agent { CitizenId = number, DisplayName = new string('ก', 200) }));
        });

        Assert.Equal(ApplicationState.Approved, application.State);
    }

    [Theory]
    [InlineData(-1, "", 0, "page_size")]
    [InlineData(101, "", 0, "page_size")]
    [InlineData(10, "not-a-token", 0, "page_token")]
    [InlineData(10, "", 99, "state")]
    public async Task A_page_that_does_not_exist_is_refused(int pageSize, string pageToken, int state, string field)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await app.Applications.FindAsync(new() { PageSize = pageSize, PageToken = pageToken, State = (ApplicationState)state }, await app.AsAsync(IdentityApp.Maker)));

        Assert.Equal((StatusCode.InvalidArgument, field), (refused.StatusCode, refused.Field()));
    }

    private static Agent System(string name) => new() { SystemName = name, DisplayName = "A system" };

    private static string WrongDigit(string number) => number[..12] + (char)('0' + ((number[12] - '0' + 1) % 10));

    private static string Thai(string number) => string.Concat(number.Select(digit => (char)(digit - '0' + '๐')));
}
