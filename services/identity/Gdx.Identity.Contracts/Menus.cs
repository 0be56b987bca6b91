namespace Gdx.Identity.Contracts;

/// <summary>The named permissions that an OrganizationAdmin opens to an officer; the only list of them.</summary>
public static class Menus
{
    public const string LookUpPerson = "lookup.person";
    public const string LookUpHouse = "lookup.house";
    public const string LookUpJuristicPerson = "lookup.juristic-person";
    public const string ReadSmartCard = "smart-card.read";
    public const string RequestData = "data.request";
    public const string OfferData = "data.offer";
    public const string SeeUsage = "usage.see";

    /// <summary>Every menu with its Thai and English label.</summary>
    public static IReadOnlyDictionary<string, (string Thai, string English)> All { get; } = new Dictionary<string, (string, string)>
    {
        [LookUpPerson] = ("ค้นข้อมูลบุคคล", "Look up a person"),
        [LookUpHouse] = ("ค้นข้อมูลบ้าน", "Look up a house"),
        [LookUpJuristicPerson] = ("ค้นข้อมูลนิติบุคคล", "Look up a juristic person"),
        [ReadSmartCard] = ("อ่านบัตรประจำตัวประชาชน", "Read a citizen's card"),
        [RequestData] = ("ขอใช้ข้อมูล", "Request data"),
        [OfferData] = ("เสนอข้อมูล", "Offer data"),
        [SeeUsage] = ("ดูสถิติการใช้งาน", "See usage"),
    };
}
