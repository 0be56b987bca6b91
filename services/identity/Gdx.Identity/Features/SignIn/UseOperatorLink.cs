using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// GET /operator?code=: the one-time link of <c>create-operator</c>. Whoever opens it signs in through a provider that vouches for the citizen
/// number (<c>&amp;provider=</c>), and is an operator then. Opening the page changes nothing, because mail scanners open links too.
/// </summary>
public sealed class UseOperatorLink(IdentityDb db, TimeProvider clock)
{
    private const string Path = "/operator?code=";
    private static readonly ClaimPage.Wording Pick = new("เป็นผู้ดูแลระบบแลกเปลี่ยนข้อมูล", "Become an operator of the exchange",
        "เข้าสู่ระบบด้วยผู้ให้บริการที่ยืนยันเลขประจำตัวประชาชน ลิงก์นี้ใช้ได้ครั้งเดียว", "Sign in through a provider that confirms your citizen number. This link works once.");
    private static readonly ClaimPage.Wording Done = new("ท่านเป็นผู้ดูแลระบบแล้ว", "You are an operator now", "เข้าสู่ระบบได้จากหน้าเว็บของระบบ", "You can sign in at the portal.");
    private static readonly ClaimPage.Wording Unusable = new("ลิงก์นี้ใช้ไม่ได้", "This link does not work",
        "ลิงก์ถูกใช้แล้ว หมดอายุ หรือไม่ครบทุกตัวอักษร โปรดขอลิงก์ใหม่จากผู้ดูแลเครื่อง", "It has been used, has expired, or is not whole. Ask whoever runs the machine for a new one.");
    private static readonly ClaimPage.Wording Unproven = new("ยังไม่ได้ยืนยันเลขประจำตัวประชาชน", "Your citizen number is not proven",
        "โปรดเปิดลิงก์อีกครั้งและเลือกผู้ให้บริการที่ยืนยันเลขประจำตัวประชาชน", "Open the link again and choose a provider that confirms it.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator", Handle)
        .WithName(nameof(UseOperatorLink)).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim);

    /// <summary>Whether a sign-in was begun by such a link.</summary>
    public bool IsMeant(string next) => next.StartsWith(Path, StringComparison.Ordinal);

    /// <summary>Uses the link up and makes the person an operator.</summary>
    public async Task<IResult> RunAsync(HttpContext http, string next, Guid personId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!await db.People.AnyAsync(person => person.Id == personId && person.CitizenVerifiedAt != null, ct))
        {
            return SignInPage.Refuse(http, StatusCodes.Status403Forbidden, "identity.operator.unproven", Unproven);
        }

        var hash = Secrets.Hash(next[Path.Length..]);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // In one statement: of two openings at the same moment one counts.
        if (await Open(hash, now).ExecuteUpdateAsync(link => link.SetProperty(one => one.UsedAt, now).SetProperty(one => one.UsedBy, personId), ct) != 1)
        {
            return SignInPage.Refuse(http, StatusCodes.Status410Gone, "identity.operator.link", Unusable);
        }

        var agency = await db.OperatorLinks.Where(link => link.CodeHash == hash).Select(link => link.AgencyId).SingleAsync(ct);
        var membership = await db.Memberships.SingleOrDefaultAsync(one => one.PersonId == personId && one.AgencyId == agency
            && (one.State == MembershipState.Waiting || one.State == MembershipState.Active || one.State == MembershipState.Suspended), ct);
        if (membership is null)
        {
            membership = new Data.Membership { Id = Guid.CreateVersion7(now), PersonId = personId, AgencyId = agency, RequestedAt = now };
            db.Add(membership);
        }

        membership.State = MembershipState.Active;
        membership.DecidedAt = now;
        membership.Roles = [.. membership.Roles.Union([Roles.Operator, Roles.Auditor])];
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return SignInPage.Show(http, Done);
    }

    private static async Task<IResult> Handle(HttpContext http, Providers providers, UseOperatorLink links, TimeProvider clock, CancellationToken ct)
    {
        var code = http.Request.Query["code"] is [{ } single] ? single : "";
        return !Secrets.HasForm(code) || !await links.Open(Secrets.Hash(code), clock.GetUtcNow()).AnyAsync(ct)
            ? SignInPage.Refuse(http, StatusCodes.Status410Gone, "identity.operator.link", Unusable)
            : providers.Find(http.Request.Query[Authorize.ProviderParameter]) is { } provider
                ? Authorize.Leave(provider, Path + code)
                : SignInPage.Choose(http, providers, provider => $"{http.Request.PathBase}{Path}{code}&{Authorize.ProviderParameter}={provider.Name}", Pick);
    }

    private IQueryable<OperatorLink> Open(byte[] hash, DateTimeOffset now) => db.OperatorLinks.Where(link => link.CodeHash == hash && link.UsedAt == null && link.ExpiresAt > now);
}
