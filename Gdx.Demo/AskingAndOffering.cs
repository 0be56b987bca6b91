using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Grpc.Core;

namespace Gdx.Demo;

/// <summary>From outside: an agency asks for data that the dictionary has not and is told once it is there, and offers open data, which goes to the open catalogue and back.</summary>
public static class AskingAndOffering
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30); // Mails and the open catalogue take a second or two each; a busy machine more.

    public static async Task RunAsync(Exchange exchange, Visitor admin, Metadata maker, Metadata checker)
    {
        MainJob.Step("The agency asks for data that is not listed; the operator finds what answers it, and whoever asked is told");
        var asked = await exchange.DataRequests.AskAsync(new AskForDataRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            What = "ที่อยู่ตามทะเบียนบ้าน / the address in the house register",
            ResponsibleAgency = "กรมการปกครอง / Department of Provincial Administration",
            NeededFor = "ส่งหนังสือถึงผู้มีสิทธิ / writing to those who are entitled",
        }, admin.Metadata);
        await exchange.DataRequests.CollectAsync(new CollectDataRequest { RequestId = asked.RequestId }, maker);
        var answered = await exchange.DataRequests.AnswerAsync(new AnswerDataRequest { RequestId = asked.RequestId, DatasetId = "dopa.house", DatasetVersion = "1" }, maker);
        var told = await Exchange.UntilAsync(async () =>
            (await exchange.Inbox.ListAsync(new ListInboxRequest(), admin.Metadata)).Messages.FirstOrDefault(message => message.Template == "data-request-answered"), Soon)
            ?? throw new SurpriseException($"The inbox does not tell of the answer within {Soon.TotalSeconds} s.");
        MainJob.Say($"gRPC catalog.DataRequests/Ask, /Collect, /Answer → {answered.State}; notification.Inbox/List → {told.TitleTh} / {told.TitleEn}");

        MainJob.Step("It offers open data: an operator lets it go to the open catalogue, and it is taken back");
        var slug = $"sample-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var offer = await exchange.DataOffers.OfferAsync(new OfferDataRequest { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.Open, Slug = slug, Content = Content() }, admin.Metadata);
        await exchange.DataOffers.AcceptAsync(new AcceptDataOfferRequest { OfferId = offer.OfferId, Revision = offer.Revision }, checker);
        await UntilAsync(exchange, slug, there: true);
        MainJob.Say($"gRPC catalog.DataOffers/Offer, /Accept → the open catalogue has {slug} (CKAN's package_create)");
        await exchange.DataOffers.RetractAsync(new RetractDataOfferRequest { OfferId = offer.OfferId, Reason = "demo" }, admin.Metadata);
        await UntilAsync(exchange, slug, there: false);
        MainJob.Say("gRPC catalog.DataOffers/Retract → the open catalogue has it no more");
    }

    private static OfferContent Content() => new()
    {
        TitleTh = "จุดบริการสวัสดิการ",
        TitleEn = "Welfare counters",
        Notes = "ที่ตั้งและเวลาทำการของจุดบริการสวัสดิการ",
        OwnerOrg = "sample-welfare",
        Maintainer = "กรมสวัสดิการตัวอย่าง",
        MaintainerMail = "data@welfare.test",
        DataSource = "กรมสวัสดิการตัวอย่าง",
        Metadata = new OpenMetadata
        {
            DataType = "ข้อมูลระเบียน",
            Tags = { "สวัสดิการ", "welfare" },
            Objectives = { "พันธกิจหน่วยงาน" },
            UpdateFrequencyUnit = "ปี",
            UpdateFrequencyInterval = 1,
            GeoCoverage = "ประเทศ",
            DataFormats = { "CSV" },
            DataCategory = "ข้อมูลสาธารณะ",
            LicenseId = "Open Data Common",
        },
        Resources = { new OfferResource { Name = "counters", Url = "https://data.welfare.test/counters.csv", Format = "CSV" } },
    };

    private static async Task UntilAsync(Exchange exchange, string slug, bool there) => _ = await Exchange.UntilAsync(async () =>
    {
        var packages = JsonNode.Parse((await exchange.SendAsync(HttpMethod.Get, $"{exchange.Endpoints.Mail}/ckan/packages")).Body)!.AsArray();
        return packages.Any(package => package!["name"]!.GetValue<string>() == slug && package["state"]?.GetValue<string>() != "deleted") == there ? "so" : null;
    }, Soon) ?? throw new SurpriseException($"The open catalogue {(there ? "does not have" : "still has")} {slug} after {Soon.TotalSeconds} s.");
}
