using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.Numbers;
using Google.Protobuf.WellKnownTypes;

namespace Gdx.Demo;

/// <summary>The steps by which an agency gets in and gets its right, each as its actor does it.</summary>
public sealed partial class Journey(Exchange exchange)
{
    public const string Dataset = "dopa.person";
    public const string Purpose = "welfare.eligibility";

    /// <summary>The agency's system on the application: no officer's limit holds it back.</summary>
    public const string AgencySystem = "WELFARE";
    public static readonly string[] GrantedFields = ["titleDesc", "firstName", "lastName", "genderDesc", "dateOfBirth", "age", "statusOfPersonCode", "statusOfPersonDesc"];

    // The simulated Linkage Center knows these.
    private const string WelfareJob = "5f0c6a52-2f9b-4f3b-9a53-0d7c1a1e0001";
    public static readonly CitizenId Agent = CitizenId.Synthetic(10);
    public static readonly CitizenId PrimaryAdmin = CitizenId.Synthetic(11);
    public static readonly CitizenId Citizen = CitizenId.Synthetic(100);
    public static readonly CitizenId UnknownCitizen = CitizenId.Synthetic(9000);
    private static readonly CitizenId SystemUser = CitizenId.Synthetic(1);

    /// <summary>How much the letter allows; null: the default.</summary>
    public Budget? Budget { get; init; }

    /// <summary>A maker hands in and verifies the application of a new department.</summary>
    public async Task<Application> ApplyAsync(CitizenId? admin = null, CitizenId? agent = null)
    {
        var number = RandomNumberGenerator.GetInt32(100_000_000);
        var maker = await exchange.AsMakerAsync();
        var application = await exchange.Applications.SubmitAsync(new SubmitApplicationRequest
        {
            AgencyKind = AgencyKind.Department,
            AgencyNameTh = $"กรมสวัสดิการตัวอย่าง {number}",
            AgencyNameEn = $"Department of Sample Welfare {number}",
            AgencyJuristicId = JuristicId.Synthetic(number).Value,
            Mission = "ตรวจสอบสิทธิสวัสดิการ / checking who is entitled to welfare",
            ContactEmail = $"keys-{number}@welfare.test",
            Agents =
            {
                new Identity.Contracts.V1.Agent { CitizenId = (agent ?? Agent).Value, DisplayName = "เจ้าหน้าที่ตัวอย่าง" },
                new Identity.Contracts.V1.Agent { SystemName = AgencySystem, DisplayName = "ระบบสวัสดิการ" },
            },
            RequestId = Guid.NewGuid().ToString(),
            Use = ApplicationUse.WebAndApi,
            OfficialCode = "00023",
            Address = "1 ถนนตัวอย่าง กรุงเทพมหานคร 10200",
            Phone = "02 000 0000",
            Service = "เบี้ยยังชีพผู้สูงอายุ / the allowance of elderly people",
            Datasets = { Dataset },
            PrimaryAdmin = new PrimaryAdmin { CitizenId = (admin ?? PrimaryAdmin).Value, Name = "ผู้ดูแลระบบตัวอย่าง", Email = $"admin-{number}@welfare.test" },
            TechnicalContact = new TechnicalContact { Name = "ผู้ประสานงานเทคนิคตัวอย่าง", Email = $"technician-{number}@welfare.test", Phone = "02 000 0001" },
        }, maker);
        // The register of government bodies of a new installation is empty: the operator says why the doubtful is taken.
        return await exchange.Applications.VerifyAsync(new VerifyApplicationRequest { ApplicationId = application.Id, Reason = "หน่วยงานตัวอย่าง / a sample agency" }, maker);
    }

    /// <summary>The checker approves: agency and API client come to be, and the mail goes out.</summary>
    public async Task<Application> ApproveAsync(Application application, string? traceId = null) => await exchange.Applications.ApproveAsync(
        new ApproveApplicationRequest { ApplicationId = application.Id }, await exchange.AsCheckerAsync(traceId));

    /// <summary>The agency's way to the source: its proxy, its system user there, and the process for the purpose.</summary>
    public async Task ConfigureSourceAsync(string agencyId) => await exchange.SourceAccounts.ConfigureAsync(new ConfigureSourceAccountRequest
    {
        AgencyId = agencyId,
        Source = "linkage-center-2",
        ProxyAddress = $"{exchange.Endpoints.Mail}/lk2",
        SystemUserCitizenId = SystemUser.Value,
        OfficeId = "00023",
        Jobs = { new Job { Purpose = Purpose, JobId = WelfareJob } },
    }, await exchange.AsMakerAsync());

    /// <summary>The wire of the real exchange has no field for a purpose: the client's own counts.</summary>
    public async Task SetPurposeAsync(string agencyId)
    {
        var maker = await exchange.AsMakerAsync();
        foreach (var client in (await exchange.ApiClients.FindAsync(new FindApiClientsRequest { AgencyId = agencyId }, maker)).Clients)
        {
            await exchange.ApiClients.SetDefaultPurposeAsync(new SetDefaultPurposeRequest { ApiClientId = client.Id, DefaultPurpose = Purpose }, maker);
        }
    }

    /// <summary>The maker records the owner's letter, the checker confirms it, the agency's way to the source is configured and its calls get their purpose. Answers the grant's id.</summary>
    public async Task<string> GrantAsync(string agencyId, params string[] fields)
    {
        var maker = await exchange.AsMakerAsync();
        await ConfigureSourceAsync(agencyId);
        var permission = await exchange.Permissions.RecordAsync(new RecordPermissionRequest
        {
            AgencyId = agencyId,
            DatasetId = Dataset,
            DatasetVersion = "1",
            Fields = { fields },
            Purposes = { Purpose },
            Channels = { Channel.Api },
            ValidFrom = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMinutes(-1)),
            ValidUntil = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddYears(1)),
            Budget = Budget,
            LetterReference = "มท 0309.1/ว 1234 ลงวันที่ 1 พฤศจิกายน 2569",
            RequestId = Guid.NewGuid().ToString(),
        }, maker);
        var confirmed = await exchange.Permissions.ConfirmAsync(new ConfirmPermissionRequest { PermissionId = permission.Id }, await exchange.AsCheckerAsync());
        await SetPurposeAsync(agencyId);
        return confirmed.GrantId;
    }

    /// <summary>The contact opens the claim link of the mail: first the page, then its button. Answers the secret.</summary>
    public async Task<string> ClaimAsync(string contactEmail)
    {
        var link = await ClaimLinkAsync(contactEmail);
        var page = await exchange.SendAsync(HttpMethod.Get, link);
        if (page.Status != 200)
        {
            throw new SurpriseException($"The claim page answered HTTP {page.Status}.");
        }

        var claimed = await PostClaimAsync(link);
        return claimed.Status == 200 ? claimed.Json["consumerSecret"]!.GetValue<string>() : throw new SurpriseException($"The claim answered HTTP {claimed.Status}.");
    }

    /// <summary>The claim link in the newest mail to the address that has one.</summary>
    public async Task<string> ClaimLinkAsync(string contactEmail)
    {
        // The contact gets other mails, too. A service that started before its broker finds it within half a minute; mails take a second.
        var mail = await exchange.MailAsync(contactEmail, text => ClaimAddress().IsMatch(text), TimeSpan.FromSeconds(60)) ?? throw new SurpriseException("No mail with a claim link arrived within 60 s.");
        return ClaimAddress().Match(mail["text"]!.GetValue<string>()).Value;
    }

    /// <summary>Presses the button of the claim page.</summary>
    public async Task<Answer> PostClaimAsync(string link)
    {
        var code = link[(link.IndexOf("code=", StringComparison.Ordinal) + 5)..];
        using var form = new FormUrlEncodedContent([new("code", code)]);
        return await exchange.SendAsync(HttpMethod.Post, link[..link.IndexOf('?', StringComparison.Ordinal)], [("Accept", "application/json")], form);
    }

    [GeneratedRegex(@"https?://\S+/claim\?code=[A-Za-z0-9]+")]
    private static partial Regex ClaimAddress();
}
