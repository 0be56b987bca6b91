using System.Security.Claims;
using Gdx.Identity.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// GET /prove?code=: leads the browser of somebody who is signed in (People/StartProof) to a provider that vouches for citizen numbers, and what it
/// answers back to the portal. Nobody is signed in by it and nothing changes yet: the number counts once the session that began has finished it
/// (People/FinishProof), so that a link which somebody else was made to open proves nothing for whoever made it.
/// </summary>
public sealed class ProveNumber(IdentityDb db, SubjectKey subjects, TimeProvider clock)
{
    private const string Path = "/prove?code=";
    private static readonly ClaimPage.Wording Unusable = new("ลิงก์นี้ใช้ไม่ได้", "This link does not work",
        "ลิงก์ถูกใช้แล้วหรือหมดอายุ โปรดเริ่มใหม่จากหน้าเว็บของระบบ", "It has been used or has expired. Start again from the portal.");
    private static readonly ClaimPage.Wording Unproven = new("ยังไม่ได้ยืนยันเลขประจำตัวประชาชน", "Your citizen number is not proven",
        "ผู้ให้บริการไม่ได้ยืนยันเลขประจำตัวประชาชนของท่าน โปรดเริ่มใหม่จากหน้าเว็บของระบบ หรือไปพบนายทะเบียน",
        "The provider did not confirm your citizen number. Start again from the portal, or see a registrar.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/prove", Handle)
        .WithName(nameof(ProveNumber)).AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);

    /// <summary>The address that a browser opens with this code.</summary>
    public static string AddressOf(PublicAddress address, string code) => address.At($"{Path[1..]}{code}");

    /// <summary>Whether the way to a provider was begun here.</summary>
    public bool IsMeant(string next) => next.StartsWith(Path, StringComparison.Ordinal);

    /// <summary>Keeps what the provider said and leads back to the portal.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, string next, Provider provider, ClaimsPrincipal outside, CancellationToken ct)
    {
        if (provider.ProvenCitizen(outside) is not { } citizen || SignInPerson.Subject(outside, citizen) is not { } subject)
        {
            return SignInPage.Refuse(http, StatusCodes.Status403Forbidden, "identity.proof.unproven", Unproven);
        }

        var (hash, finish, now) = (Secrets.Hash(next[Path.Length..]), Secrets.New(), clock.GetUtcNow());
        var (number, account, born) = (subjects.Hash(citizen), subjects.Hash(provider.Name, subject), Provider.BirthYear(outside));
        // In one statement: of two answers for the same code one counts.
        return await Open(hash, now).Where(proof => proof.Provider == provider.Name).ExecuteUpdateAsync(proof => proof
            .SetProperty(one => one.AnsweredAt, now)
            .SetProperty(one => one.FinishHash, Secrets.Hash(finish))
            .SetProperty(one => one.CitizenIdHash, number)
            .SetProperty(one => one.SubjectHash, account)
            .SetProperty(one => one.BirthYear, born), ct) == 1
            ? Results.Redirect(QueryHelpers.AddQueryString(await db.IdentityProofs.Where(proof => proof.CodeHash == hash).Select(proof => proof.ReturnUrl).SingleAsync(ct), "proof", finish))
            : SignInPage.Refuse(http, StatusCodes.Status410Gone, "identity.proof.link", Unusable);
    }

    private static async Task<IResult> Handle(HttpContext http, Providers providers, ProveNumber proofs, TimeProvider clock, CancellationToken ct)
    {
        var code = http.Request.Query["code"] is [{ } single] ? single : "";
        return Secrets.HasForm(code)
            && await proofs.Open(Secrets.Hash(code), clock.GetUtcNow()).Select(proof => proof.Provider).SingleOrDefaultAsync(ct) is { } name && providers.Find(name) is { } provider
                ? Authorize.Leave(provider, Path + code)
                : SignInPage.Refuse(http, StatusCodes.Status410Gone, "identity.proof.link", Unusable);
    }

    private IQueryable<IdentityProof> Open(byte[] hash, DateTimeOffset now) => db.IdentityProofs.Where(proof => proof.CodeHash == hash && proof.AnsweredAt == null && proof.ExpiresAt > now);
}
