using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using GovernmentBody = Gdx.Identity.Data.GovernmentBody;

namespace Gdx.Identity.Features;

/// <summary>
/// What of a form tells whether a government body stands behind it: 13 digits (of a juristic person or, wrongly, of a citizen), of a
/// regional agency those of its central agency too, and every mail address with the field that it stands in.
/// </summary>
public sealed record Applicant(string Number, AgencyKind Kind, string NameTh, string? CentralNumber, IReadOnlyList<(string Field, string Address)> Mails);

/// <summary>Whether an applicant gets further, and the reasons (as <c>GovernmentDecision.reasons</c> has them) why not or why only after a second look; of a refusal also what is wrong about which field.</summary>
public sealed record GovernmentVerdict(GovernmentOutcome Outcome, IReadOnlyList<string> Reasons, string Field = "", string Why = "");

/// <summary>Only government agencies get in. Citizens, companies and mail outside the government are refused; what the register does not confirm is for the operator to look at.</summary>
public static partial class GovernmentOnly
{
    public const string Citizen = "citizen";
    public const string Company = "company";
    public const string MailDomain = "mail-domain";

    private static readonly string[] Domains = [".go.th", ".or.th", ".mi.th", ".ac.th"];

    // Foundations and private schools are given these as well: without the register's word they prove nothing.
    private static readonly string[] OpenDomains = [".or.th", ".ac.th"];

    /// <summary>What the operator reads about a doubt, Thai and English.</summary>
    public static IReadOnlyDictionary<string, (string Thai, string English)> Doubts { get; } = new Dictionary<string, (string, string)>
    {
        ["not-in-register"] = ("ไม่พบในทะเบียนหน่วยงานของรัฐ", "Not in the register of government bodies."),
        ["kind-differs"] = ("ประเภทหน่วยงานไม่ตรงกับทะเบียน", "The register has another kind of agency."),
        ["name-differs"] = ("ชื่อหน่วยงานไม่ตรงกับทะเบียน", "The register has another name."),
        ["mail-domain-differs"] = ("โดเมนอีเมลไม่ตรงกับทะเบียน", "The register has other mail domains."),
        ["mail-domain-open"] = ("โดเมน or.th และ ac.th มีผู้อื่นที่ไม่ใช่หน่วยงานของรัฐใช้ด้วย", "Others than government bodies have addresses in or.th and ac.th, too."),
        ["central-body-differs"] = ("ส่วนกลางไม่ตรงกับทะเบียน", "The register has another central body."),
    };

    /// <summary>Decides about an applicant, with what the register says about its number.</summary>
    public static GovernmentVerdict Decide(Applicant applicant, GovernmentBody? known, bool development)
    {
        if (IsCitizen(applicant.Number))
        {
            return Refused(Citizen, "agency_juristic_id", "is a citizen's number: only government agencies may use the exchange");
        }

        if (IsCompany(applicant.Number))
        {
            return Refused(Company, "agency_juristic_id", "is the number of a company or partnership: only government agencies may use the exchange");
        }

        if (applicant.Mails.FirstOrDefault(mail => !IsGovernment(mail.Address, development)) is { Field: { } field })
        {
            return Refused(MailDomain, field, "must be in a government domain (go.th, or.th, mi.th, ac.th): only government agencies may use the exchange");
        }

        List<string> doubts = [.. FindDoubts(applicant, known).Distinct()];
        return new(doubts.Count == 0 ? GovernmentOutcome.Accepted : GovernmentOutcome.Doubtful, doubts);
    }

    /// <summary>Juristic persons have the numbers that begin with 0.</summary>
    public static bool IsCitizen(string number) => CitizenId.TryParse(number, out _) && number[0] != '0';

    /// <summary>
    /// A registered business carries its type in the fourth digit (0 PP T …: 2 and 3 partnerships, 5 company, 7 public company);
    /// government bodies have other types there.
    /// </summary>
    public static bool IsCompany(string number) => number[3] is '2' or '3' or '5' or '7';

    /// <summary>Whether this is a mail address at all: ASCII only and without quoting.</summary>
    public static bool IsMail(string text) => text.Length <= 254 && Address().IsMatch(text);

    /// <summary>Whether only public bodies and their like are given the domain of this address; in development also .test.</summary>
    public static bool IsGovernment(string address, bool development) =>
        Domains.Any(domain => EndsWith(address, domain)) || (development && EndsWith(address, ".test"));

    private static IEnumerable<string> FindDoubts(Applicant applicant, GovernmentBody? known)
    {
        if (known is null)
        {
            yield return "not-in-register";
        }
        else
        {
            if (known.Kind != applicant.Kind) { yield return "kind-differs"; }
            if (Letters(known.NameTh) != Letters(applicant.NameTh)) { yield return "name-differs"; }
            if (known.CentralJuristicId is { } central && central != applicant.CentralNumber) { yield return "central-body-differs"; }
        }

        foreach (var (_, address) in applicant.Mails)
        {
            var listed = known?.MailDomains.Any(domain => EndsWith(address, "@" + domain) || EndsWith(address, "." + domain)) == true;
            if (!listed && known is { MailDomains.Count: > 0 }) { yield return "mail-domain-differs"; }
            if (!listed && OpenDomains.Any(domain => EndsWith(address, domain))) { yield return "mail-domain-open"; }
        }
    }

    // Spaces differ from form to form in Thai.
    private static string Letters(string name) => string.Concat(name.Where(letter => !char.IsWhiteSpace(letter)));

    private static bool EndsWith(string address, string domain) => address.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static GovernmentVerdict Refused(string reason, string field, string why) => new(GovernmentOutcome.Refused, [reason], field, why);

    // What every mail server takes, and nothing that could break out of a header. Without % and !, too: old relays read
    // a%b.com@c and b.com!a@c as an address at b.com, which would be a way out of the government.
    [GeneratedRegex(@"\A[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}\z")]
    private static partial Regex Address();
}
