namespace Gdx.Identity.Features;

/// <summary>The pages of signing in, of the claim page's look: Thai first, no script.</summary>
public static class SignInPage
{
    public static readonly ClaimPage.Wording BadRequest = new("คำขอเข้าสู่ระบบไม่ถูกต้อง", "This sign-in request is not in order",
        "โปรดเริ่มใหม่จากหน้าเว็บของระบบ", "Start again from the portal.");
    public static readonly ClaimPage.Wording Failed = new("เข้าสู่ระบบไม่สำเร็จ", "You are not signed in",
        "ท่านยกเลิก ใช้เวลานานเกินไป หรือคำตอบของผู้ให้บริการยืนยันตัวตนไม่ถูกต้อง โปรดเริ่มใหม่จากหน้าเว็บของระบบ",
        "You cancelled, it took too long, or the identity provider's answer is not in order. Start again from the portal.");
    public static readonly ClaimPage.Wording NotThePerson = new("ไม่สามารถยืนยันตัวตนได้", "We cannot tell who you are",
        "ข้อมูลจากผู้ให้บริการยืนยันตัวตนไม่ตรงกับที่เคยให้ไว้ โปรดติดต่อผู้ดูแลระบบแลกเปลี่ยนข้อมูล",
        "What the identity provider says does not agree with what it said before. Contact the operator of the exchange.");
    public static readonly ClaimPage.Wording SignedOut = new("ออกจากระบบแล้ว", "You are signed out",
        "ปิดหน้านี้ได้", "You can close this page.");
    private static readonly ClaimPage.Wording Nowhere = new("ยังเข้าสู่ระบบไม่ได้", "Nobody can sign in yet",
        "ยังไม่ได้ตั้งค่าผู้ให้บริการยืนยันตัวตน โปรดติดต่อผู้ดูแลระบบแลกเปลี่ยนข้อมูล", "No identity provider is configured. Contact the operator of the exchange.");
    private static readonly ClaimPage.Wording Pick = new("เข้าสู่ระบบ", "Sign in",
        "เลือกผู้ให้บริการยืนยันตัวตน ระบบนี้ใช้ได้เฉพาะเจ้าหน้าที่ของรัฐ", "Choose who confirms your identity. Only officers of government agencies can use this system.");

    /// <summary>One link for each provider.</summary>
    public static IResult Choose(HttpContext http, Providers providers, Func<Provider, string> address, ClaimPage.Wording? words = null) => providers.All.Count == 0
        ? Refuse(http, StatusCodes.Status404NotFound, "identity.signin.nowhere", Nowhere)
        : ClaimPage.Page(http, StatusCodes.Status200OK, words ?? Pick, string.Concat(providers.All.Select(provider =>
            $"""<a class="button" href="{ClaimPage.Html.Encode(address(provider))}">{ClaimPage.Html.Encode(provider.NameTh)} <span lang="en">{ClaimPage.Html.Encode(provider.NameEn)}</span></a>""")));

    public static IResult Show(HttpContext http, ClaimPage.Wording words) => ClaimPage.Page(http, StatusCodes.Status200OK, words, "");

    public static IResult Refuse(HttpContext http, int status, string code, ClaimPage.Wording words) => ClaimPage.Refusal(http, status, code, words);
}
