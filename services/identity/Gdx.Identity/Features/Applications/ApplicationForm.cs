using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;
using ApplicationAgent = Gdx.Identity.Data.ApplicationAgent;

namespace Gdx.Identity.Features;

/// <summary>Form FM-C17-016 as it comes over the wire: what is there must have its form (<see cref="Fill"/>), and nothing may be missing when it is handed in (<see cref="Check"/>).</summary>
public static partial class ApplicationForm
{
    private const int MostAgents = 100; // Officers behind one system; more is a system of its own.
    private const int MostDatasets = 50; // The whole catalog of the real exchange has about as many.
    private const int MostCallerAddresses = 50; // Far more than one agency's data centres have.

    /// <summary>Takes over every field of the form; refuses what has not the form it must have.</summary>
    public static void Fill(RegistrationApplication application, SubmitApplicationRequest form, SubjectKey subjects)
    {
        application.Use = form.Use == ApplicationUse.Unspecified ? null : Enum.IsDefined(form.Use) ? form.Use : throw Problems.Invalid("use", "must be the web, the API, or both");
        application.AgencyKind = Enum.IsDefined(form.AgencyKind) ? form.AgencyKind : throw Problems.Invalid("agency_kind", "must be a department, a regional or a local agency: only government agencies may use the exchange");
        application.AgencyNameTh = Optional("agency_name_th", form.AgencyNameTh, 200) ?? "";
        application.AgencyNameEn = Optional("agency_name_en", form.AgencyNameEn, 200) ?? "";
        application.JuristicId = form.AgencyJuristicId.Length == 0 ? null : JuristicId.TryParse(form.AgencyJuristicId, out var number) ? number.Value : throw NoNumber();
        application.OfficialCode = Optional("official_code", form.OfficialCode, 5, OfficeCode(), "must be the office's five digits");
        application.CentralAgencyId = form.CentralAgencyId.Length == 0 ? null : Fields.Id("central_agency_id", form.CentralAgencyId);
        application.Address = Optional("address", form.Address, 500, lines: true);
        application.Phone = Phone("phone", form.Phone);
        application.Mission = Optional("mission", form.Mission, 1000, lines: true) ?? "";
        application.Service = Optional("service", form.Service, 1000, lines: true);
        application.Datasets = Distinct("datasets", form.Datasets, MostDatasets, dataset => Slug().IsMatch(dataset) ? dataset : null, "a slug such as dopa.person");
        application.ContactEmail = Mail("contact_email", form.ContactEmail) ?? "";
        application.PrimaryAdminHash = form.PrimaryAdmin is null ? null
            : form.PrimaryAdmin.CitizenId.Length == 0 ? application.PrimaryAdminHash
            : CitizenId.TryParse(form.PrimaryAdmin.CitizenId, out var admin) ? subjects.Hash(admin)
            : throw Problems.Invalid("primary_admin.citizen_id", "must be 13 digits with a valid check digit");
        application.PrimaryAdminName = Optional("primary_admin.name", form.PrimaryAdmin?.Name ?? "", 200);
        application.PrimaryAdminEmail = Mail("primary_admin.email", form.PrimaryAdmin?.Email ?? "");
        application.TechnicalName = Optional("technical_contact.name", form.TechnicalContact?.Name ?? "", 200);
        application.TechnicalEmail = Mail("technical_contact.email", form.TechnicalContact?.Email ?? "");
        application.TechnicalPhone = Phone("technical_contact.phone", form.TechnicalContact?.Phone ?? "");
        application.CallerAddresses = Distinct("caller_addresses", form.CallerAddresses, MostCallerAddresses, CallerAddress, "an IP address or a network such as 203.0.113.0/24");
        application.Agents = Agents(application.Agents, form, subjects);
    }

    /// <summary>Refuses a form that misses what it must have when it is handed in; names the first such field.</summary>
    public static void Check(RegistrationApplication application)
    {
        var full = application.Use is not null || application.ApplicantId is not null;
        Need("use", !full || application.Use is not null, "must be the web, the API, or both");
        Need("agency_kind", application.AgencyKind != AgencyKind.Unspecified, "must be a department, a regional or a local agency: only government agencies may use the exchange");
        Need("agency_name_th", application.AgencyNameTh.Length > 0);
        Need("agency_name_en", application.AgencyNameEn.Length > 0);
        Need("agency_juristic_id", application.JuristicId is not null, "must be the 13-digit number of a government body: first digit 0, valid check digit");
        Need("central_agency_id", application.AgencyKind != AgencyKind.Regional || application.CentralAgencyId is not null, "a regional agency applies under its central agency: name it");
        Need("central_agency_id", application.AgencyKind == AgencyKind.Regional || application.CentralAgencyId is null, "only a regional agency has a central agency");
        Need("mission", application.Mission.Length > 0);
        Need("service", !full || application.Service is not null);
        Need("contact_email", application.ContactEmail.Length > 0, "must be an e-mail address");
        var admin = application.Use is ApplicationUse.Web or ApplicationUse.WebAndApi
            || application.PrimaryAdminHash is not null || application.PrimaryAdminName is not null || application.PrimaryAdminEmail is not null;
        Need("primary_admin.citizen_id", !admin || application.PrimaryAdminHash is not null, "must be 13 digits with a valid check digit");
        Need("primary_admin.name", !admin || application.PrimaryAdminName is not null);
        Need("primary_admin.email", !admin || application.PrimaryAdminEmail is not null, "must be an e-mail address");
        var technical = (full && application.WantsApi) || application.TechnicalName is not null || application.TechnicalEmail is not null || application.TechnicalPhone is not null;
        Need("technical_contact.name", !technical || application.TechnicalName is not null);
        Need("technical_contact.email", !technical || application.TechnicalEmail is not null, "must be an e-mail address");
        Need("technical_contact.phone", !technical || application.TechnicalPhone is not null);
        Need("agents", !application.WantsApi || application.Agents.Count > 0, $"must name 1 to {MostAgents} officers or systems");
    }

    /// <summary>Every mail address on the form with its field.</summary>
    public static IReadOnlyList<(string Field, string Address)> Mails(RegistrationApplication application) =>
    [
        .. new[] { ("contact_email", application.ContactEmail), ("primary_admin.email", application.PrimaryAdminEmail), ("technical_contact.email", application.TechnicalEmail) }
            .Where(mail => mail.Item2 is not null).Select(mail => (mail.Item1, mail.Item2!)),
    ];

    private static void Need(string field, bool there, string why = "must not be empty")
    {
        if (!there)
        {
            throw Problems.Invalid(field, why);
        }
    }

    private static Grpc.Core.RpcException NoNumber() => Problems.Invalid("agency_juristic_id", "must be the 13-digit number of a government body: first digit 0, valid check digit");

    private static string? Optional(string field, string value, int longest, bool lines = false) => value.Trim().Length == 0 ? null : Fields.Text(field, value, longest, lines);

    private static string? Optional(string field, string value, int longest, Regex form, string why) =>
        Optional(field, value, longest) is { } text ? form.IsMatch(text) ? text : throw Problems.Invalid(field, why) : null;

    private static string? Phone(string field, string value) => Optional(field, value, 50, PhoneNumber(), "must be a phone number such as 02 123 4567 ext 89");

    private static string? Mail(string field, string value) =>
        value.Trim() is not { Length: > 0 } text ? null : GovernmentOnly.IsMail(text) ? text : throw Problems.Invalid(field, "must be an e-mail address");

    private static List<string> Distinct(string field, RepeatedField<string> values, int most, Func<string, string?> read, string what) =>
        values.Count > most ? throw Problems.Invalid(field, $"must have at most {most} entries")
        : [.. values.Select((value, index) => read(value) ?? throw Problems.Invalid($"{field}[{index}]", $"must be {what}")).Distinct(StringComparer.Ordinal)];

    // The parsers of .NET also take 10.1 for 10.0.0.1, 0x7f for 127 and 10.0.0.7/24 for 10.0.0.0/24: only what reads back the same is meant.
    private static string? CallerAddress(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address) || text.Contains('%', StringComparison.Ordinal)
            || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.ToString() != (slash < 0 ? text : text[..slash])))
        {
            return null;
        }

        return slash < 0 ? address.ToString() : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 && network.BaseAddress.Equals(address) ? network.ToString() : null;
    }

    private static List<ApplicationAgent> Agents(List<ApplicationAgent> known, SubmitApplicationRequest form, SubjectKey subjects)
    {
        if (form.Agents.Count > MostAgents)
        {
            throw Problems.Invalid("agents", $"must name 1 to {MostAgents} officers or systems");
        }

        var agents = form.Agents.Select((agent, index) => ReadAgent(known, agent, $"agents[{index}]", subjects)).ToList();
        return agents.Select(agent => agent.SystemName ?? agent.CitizenIdHash).Distinct(StringComparer.OrdinalIgnoreCase).Count() < agents.Count
            ? throw Problems.Invalid("agents", "must name each officer and system once")
            : agents;
    }

    private static ApplicationAgent ReadAgent(List<ApplicationAgent> known, Agent agent, string field, SubjectKey subjects) => new()
    {
        Key = RandomNumberGenerator.GetHexString(16, lowercase: true),
        CitizenIdHash = agent.AgentCase switch
        {
            Agent.AgentOneofCase.CitizenId => CitizenId.TryParse(agent.CitizenId, out var citizen) ? Convert.ToBase64String(subjects.Hash(citizen))
                : throw Problems.Invalid($"{field}.citizen_id", "must be 13 digits with a valid check digit"),
            Agent.AgentOneofCase.Kept => known.Find(one => one.Key == agent.Kept)?.CitizenIdHash ?? throw Problems.Invalid($"{field}.kept", "must name an officer of this application"),
            _ => null,
        },
        SystemName = agent.AgentCase switch
        {
            Agent.AgentOneofCase.CitizenId or Agent.AgentOneofCase.Kept => null,
            Agent.AgentOneofCase.SystemName when SystemName().IsMatch(agent.SystemName) => agent.SystemName,
            Agent.AgentOneofCase.SystemName => throw Problems.Invalid($"{field}.system_name", "must be 2 to 32 English letters, digits, - or _, the first a letter"),
            _ => throw Problems.Invalid($"{field}.agent", "must have a citizen number or a system name"),
        },
        DisplayName = Fields.Text($"{field}.display_name", agent.DisplayName, 200),
    };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{1,31}\z")]
    private static partial Regex SystemName();

    [GeneratedRegex(@"^[0-9]{5}\z")]
    private static partial Regex OfficeCode();

    [GeneratedRegex(@"^[0-9+(][0-9 ()+,-]{2,}( ?(ext\.?|ต่อ) ?[0-9]{1,8})?\z")]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(@"^(?=.{3,64}\z)[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){0,4}\z")]
    private static partial Regex Slug();
}
