using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.ServiceDefaults;

namespace Gdx.Identity.Features;

/// <summary>Only government agencies get in: what an application must show. Citizens and companies are refused with the reason.</summary>
public static partial class GovernmentOnly
{
    private static readonly string[] Domains = [".go.th", ".or.th", ".mi.th", ".ac.th"];

    public static AgencyKind Kind(AgencyKind kind) => kind switch
    {
        AgencyKind.Department or AgencyKind.Local => kind,
        AgencyKind.Regional => throw Problems.Invalid("agency_kind", "a regional agency's linkage is arranged by its central agency: let that one apply"),
        _ => throw Problems.Invalid("agency_kind", "must be a department or a local agency: only government agencies may use the exchange"),
    };

    /// <summary>
    /// The number of a government body. A registered business carries its type in the fourth digit (0 PP T …: 2 and 3
    /// partnerships, 5 company, 7 public company); government bodies have other types there.
    /// </summary>
    public static JuristicId Juristic(string text) => !JuristicId.TryParse(text, out var id)
        ? throw Problems.Invalid("agency_juristic_id", "must be the 13-digit number of a government body: first digit 0, valid check digit")
        : id.Value[3] is '2' or '3' or '5' or '7'
            ? throw Problems.Invalid("agency_juristic_id", "is the number of a company or partnership: only government agencies may use the exchange")
            : id;

    /// <summary>An address in a domain that only public bodies are given; in development also .test.</summary>
    public static string Email(string text, bool development)
    {
        var email = text.Trim();
        return !IsMail(email) ? throw Problems.Invalid("contact_email", "must be an e-mail address")
            : IsGovernment(email, development) ? email
            : throw Problems.Invalid("contact_email", "must be in a government domain (go.th, or.th, mi.th, ac.th): only government agencies may use the exchange");
    }

    /// <summary>Whether this is a mail address at all: ASCII only and without quoting.</summary>
    public static bool IsMail(string text) => text.Length <= 254 && Address().IsMatch(text);

    /// <summary>Whether only public bodies and their like are given the domain of this address; in development also .test.</summary>
    public static bool IsGovernment(string address, bool development) =>
        Domains.Any(domain => address.EndsWith(domain, StringComparison.OrdinalIgnoreCase)) || (development && address.EndsWith(".test", StringComparison.OrdinalIgnoreCase));

    // ASCII only and without quoting: what every mail server takes, and nothing that could break out of a header. Without % and !,
    // too: old relays read a%b.com@c and b.com!a@c as an address at b.com, which would be a way out of the government.
    [GeneratedRegex(@"\A[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}\z")]
    private static partial Regex Address();
}
