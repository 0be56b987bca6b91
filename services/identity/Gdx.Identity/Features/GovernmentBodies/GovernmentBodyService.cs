using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.GovernmentBodies: the register against which applications are checked, for operators.</summary>
public sealed partial class GovernmentBodyService(IdentityDb db, IHostEnvironment environment, TimeProvider clock) : GovernmentBodies.GovernmentBodiesBase
{
    private const int MostDomains = 20;

    private static readonly WorkbookForm Form = new("gdx-government-bodies.xlsx", "หน่วยงานของรัฐ (Bodies)",
    [
        new("เลขนิติบุคคล (Juristic number)", "จำเป็น 13 หลัก ขึ้นต้นด้วย 0 ไม่ซ้ำกัน", "Needed. 13 digits, the first 0, each once."),
        new("ชื่อภาษาไทย (Thai name)", "จำเป็น ไม่เกิน 200 ตัวอักษร", "Needed. At most 200 characters."),
        new("ชื่อภาษาอังกฤษ (English name)", "จำเป็น ไม่เกิน 200 ตัวอักษร", "Needed. At most 200 characters."),
        new("ประเภท (Kind)", "จำเป็น department, regional หรือ local", "Needed. department, regional or local."),
        new("โดเมนอีเมล (Mail domains)", "คั่นด้วยจุลภาค ไม่เกิน 20 โดเมน", "Separated by commas, at most 20."),
        new("เลขนิติบุคคลของส่วนกลาง (Central body)", "เฉพาะส่วนภูมิภาค", "Of a regional body only."),
    ]);

    private static bool IsNumber(string text) => JuristicId.TryParse(text, out _) && !GovernmentOnly.IsCompany(text);

    private bool IsDomain(string domain) => Domain().IsMatch(domain) && GovernmentOnly.IsGovernment("@x." + domain, environment.IsDevelopment());

    private static Contracts.V1.GovernmentBody Answer(Data.GovernmentBody body) => new()
    {
        JuristicId = body.JuristicId,
        NameTh = body.NameTh,
        NameEn = body.NameEn,
        Kind = body.Kind,
        MailDomains = { body.MailDomains },
        CentralJuristicId = body.CentralJuristicId ?? "",
    };

    // Of one body: go.th itself would be everybody's.
    [GeneratedRegex(@"^(?=.{4,200}\z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,}\.th|test)\z")]
    private static partial Regex Domain();
}
