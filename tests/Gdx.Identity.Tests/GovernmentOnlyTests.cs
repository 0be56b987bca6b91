using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.Numbers;
using GovernmentBody = Gdx.Identity.Data.GovernmentBody;

namespace Gdx.Identity.Tests;

/// <summary>The policy as a table: who gets in, who does not, and what an operator looks at.</summary>
public sealed class GovernmentOnlyTests
{
    private static readonly string Number = JuristicId.Synthetic(1).Value;
    private static readonly string Central = JuristicId.Synthetic(2).Value;

    private static readonly GovernmentBody Welfare = new()
    {
        JuristicId = Number,
        NameTh = "กรมสวัสดิการ ทดสอบ",
        NameEn = "Department of Welfare",
        Kind = AgencyKind.Department,
        MailDomains = ["welfare.go.th", "welfare.or.th"],
    };

    private static readonly GovernmentBody WithoutDomains = new() { JuristicId = Number, NameTh = "กรมสวัสดิการ ทดสอบ", NameEn = "Department of Welfare", Kind = AgencyKind.Department };

    private static readonly GovernmentBody Regional = new()
    {
        JuristicId = Number,
        NameTh = "กรมสวัสดิการ ทดสอบ",
        NameEn = "Welfare Office",
        Kind = AgencyKind.Regional,
        MailDomains = ["welfare.go.th"],
        CentralJuristicId = Central,
    };

    private static readonly Dictionary<string, (Applicant Applicant, GovernmentBody? Known, bool Development, GovernmentOutcome Outcome, string[] Reasons)> Table = new()
    {
        ["in the register, from its domain"] = (Of("a@welfare.go.th"), Welfare, false, GovernmentOutcome.Accepted, []),
        ["in the register, from below its domain"] = (Of("a@north.WELFARE.go.th"), Welfare, false, GovernmentOutcome.Accepted, []),
        ["in the register, from its own domain in or.th"] = (Of("a@welfare.or.th"), Welfare, false, GovernmentOutcome.Accepted, []),
        ["in the register, all addresses from its domains"] = (Of("a@welfare.go.th", "b@welfare.or.th"), Welfare, false, GovernmentOutcome.Accepted, []),
        ["in the register without domains"] = (Of("a@welfare.go.th"), WithoutDomains, false, GovernmentOutcome.Accepted, []),
        ["in the register without domains, from or.th"] = (Of("a@welfare.or.th"), WithoutDomains, false, GovernmentOutcome.Doubtful, ["mail-domain-open"]),
        ["in the register, name with other spaces"] = (Of("a@welfare.go.th") with { NameTh = "กรมสวัสดิการทดสอบ" }, Welfare, false, GovernmentOutcome.Accepted, []),
        ["in the register under another name"] = (Of("a@welfare.go.th") with { NameTh = "กรมอื่น" }, Welfare, false, GovernmentOutcome.Doubtful, ["name-differs"]),
        ["in the register as another kind"] = (Of("a@welfare.go.th") with { Kind = AgencyKind.Local }, Welfare, false, GovernmentOutcome.Doubtful, ["kind-differs"]),
        ["in the register, from another domain"] = (Of("a@labour.go.th"), Welfare, false, GovernmentOutcome.Doubtful, ["mail-domain-differs"]),
        ["a domain that only ends alike"] = (Of("a@evilwelfare.go.th"), Welfare, false, GovernmentOutcome.Doubtful, ["mail-domain-differs"]),
        ["one address of several from another domain"] = (Of("a@welfare.go.th", "b@labour.go.th"), Welfare, false, GovernmentOutcome.Doubtful, ["mail-domain-differs"]),
        ["two doubts of one sort are one"] = (Of("a@x.go.th", "b@y.go.th"), Welfare, false, GovernmentOutcome.Doubtful, ["mail-domain-differs"]),
        ["everything differs"] = (Of("a@x.ac.th") with { NameTh = "กรมอื่น", Kind = AgencyKind.Local }, Welfare, false, GovernmentOutcome.Doubtful, ["kind-differs", "name-differs", "mail-domain-differs", "mail-domain-open"]),
        ["unknown, from go.th"] = (Of("a@welfare.go.th"), null, false, GovernmentOutcome.Doubtful, ["not-in-register"]),
        ["unknown, from mi.th"] = (Of("a@army.mi.th"), null, false, GovernmentOutcome.Doubtful, ["not-in-register"]),
        ["unknown, from ac.th"] = (Of("a@school.ac.th"), null, false, GovernmentOutcome.Doubtful, ["not-in-register", "mail-domain-open"]),
        ["a regional one under its central body"] = (Of("a@welfare.go.th") with { Kind = AgencyKind.Regional, CentralNumber = Central }, Regional, false, GovernmentOutcome.Accepted, []),
        ["a regional one under another central body"] = (Of("a@welfare.go.th") with { Kind = AgencyKind.Regional, CentralNumber = Number }, Regional, false, GovernmentOutcome.Doubtful, ["central-body-differs"]),
        ["a regional one that says it is a department"] = (Of("a@welfare.go.th"), Regional, false, GovernmentOutcome.Doubtful, ["kind-differs", "central-body-differs"]),
        ["a citizen"] = (Of("a@welfare.go.th") with { Number = CitizenId.Synthetic(1).Value }, null, false, GovernmentOutcome.Refused, ["citizen"]),
        ["a limited partnership"] = (Of("a@welfare.go.th") with { Number = "0103500000001" }, null, false, GovernmentOutcome.Refused, ["company"]),
        ["a company"] = (Of("a@welfare.go.th") with { Number = "0105500000003" }, null, false, GovernmentOutcome.Refused, ["company"]),
        ["a public company"] = (Of("a@welfare.go.th") with { Number = "0107500000008" }, null, false, GovernmentOutcome.Refused, ["company"]),
        ["a company that found its way into the register"] = (Of("a@welfare.go.th") with { Number = "0105500000003" }, Welfare, false, GovernmentOutcome.Refused, ["company"]),
        ["mail outside the government"] = (Of("a@gmail.com"), Welfare, false, GovernmentOutcome.Refused, ["mail-domain"]),
        ["mail at a company"] = (Of("a@welfare.co.th"), Welfare, false, GovernmentOutcome.Refused, ["mail-domain"]),
        ["one address outside the government"] = (Of("a@welfare.go.th", "b@gmail.com"), Welfare, false, GovernmentOutcome.Refused, ["mail-domain"]),
        ["mail of the tests outside development"] = (Of("a@welfare.test"), Welfare, false, GovernmentOutcome.Refused, ["mail-domain"]),
        ["mail of the tests in development"] = (Of("a@welfare.test"), WithoutDomains, true, GovernmentOutcome.Accepted, []),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_policy_decides(string name)
    {
        var (applicant, known, development, outcome, reasons) = Table[name];

        var verdict = GovernmentOnly.Decide(applicant, known, development);

        Assert.Equal((outcome, string.Join(' ', reasons)), (verdict.Outcome, string.Join(' ', verdict.Reasons)));
        Assert.Equal(outcome == GovernmentOutcome.Refused, verdict.Field.Length > 0 && verdict.Why.Length > 0);
    }

    [Fact]
    public void The_refused_field_is_the_one_that_is_wrong() =>
        Assert.Equal("mail1", GovernmentOnly.Decide(Of("a@welfare.go.th", "b@gmail.com"), Welfare, false).Field);

    [Fact]
    public void Every_doubt_is_said_in_Thai_and_English()
    {
        var told = Table.Values.Where(row => row.Outcome == GovernmentOutcome.Doubtful).SelectMany(row => row.Reasons).Distinct();

        Assert.Equal(GovernmentOnly.Doubts.Keys.Order(), told.Order());
        Assert.All(GovernmentOnly.Doubts.Values, text => Assert.True(text.Thai.Any(letter => letter is >= 'ก' and <= '๛') && text.English.Length > 0));
    }

    private static Applicant Of(params string[] mails) =>
        new(Number, AgencyKind.Department, "กรมสวัสดิการ ทดสอบ", null, [.. mails.Select((mail, index) => ($"mail{index}", mail))]);
}
