using System.Text;
using Gdx.Identity.Data;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using OpenIddict.Abstractions;
using OpenIddict.Client.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>
/// GET /callback/{provider}: the browser comes back from a provider. OpenIddict has checked state, issuer, code, ID token and nonce; here the
/// account becomes a person and the person gets a session.
/// </summary>
public static partial class ReturnFromProvider
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/callback/{provider}", Handle)
        .WithName(nameof(ReturnFromProvider)).AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);

    /// <summary>What Data Protection calls the providers' ID tokens that are kept for signing out.</summary>
    public static IDataProtector Protector(IDataProtectionProvider protection) => protection.CreateProtector("Gdx.Identity.ProviderToken");

    private static async Task<IResult> Handle(
        string provider, HttpContext http, Providers providers, PublicAddress address, SignInPerson signIn, UseOperatorLink operatorLink, ProveNumber proof,
        IdentityDb db, IDataProtectionProvider protection, TimeProvider clock, ILoggerFactory logs, CancellationToken ct)
    {
        if (providers.Find(provider) is not { } known)
        {
            return SignInPage.Refuse(http, StatusCodes.Status400BadRequest, "identity.signin.failed", SignInPage.Failed);
        }

        var found = await http.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
        if (http.GetOpenIddictClientResponse() is { Error: { Length: > 0 } } refused)
        {
            // Cancelled at the provider is everyday; everything else is a broken or a hostile answer. The texts of both may hold anything.
            var (log, error) = (logs.CreateLogger("Gdx.Identity.SignIn"), Known(refused.Error));
            NotSignedIn(log, known.Name, error);
            return SignInPage.Refuse(http, StatusCodes.Status400BadRequest, "identity.signin.failed", SignInPage.Failed);
        }

        if (found is not { Succeeded: true, Principal: { } outside, Properties.RedirectUri: { } next } || outside.GetClaim(OpenIddictConstants.Claims.Private.RegistrationId) != known.Name)
        {
            return SignInPage.Refuse(http, StatusCodes.Status400BadRequest, "identity.signin.failed", SignInPage.Failed);
        }

        if (proof.IsMeant(next))
        {
            return await proof.AnswerAsync(http, next, known, outside, ct); // Nobody is signed in by it.
        }

        var outcome = await signIn.RunAsync(known, outside, ct);
        if (outcome.Person is not { } person)
        {
            return SignInPage.Refuse(http, StatusCodes.Status403Forbidden, outcome.Refusal!, SignInPage.NotThePerson);
        }

        if (operatorLink.IsMeant(next))
        {
            return await operatorLink.RunAsync(http, next, person, ct);
        }

        var now = clock.GetUtcNow();
        var idToken = found.Properties.GetTokenValue(OpenIddictClientAspNetCoreConstants.Tokens.BackchannelIdentityToken);
        var session = new Data.Session
        {
            Id = Guid.CreateVersion7(now),
            PersonId = person,
            MembershipId = await signIn.MembershipAsync(person, ct),
            Provider = known.Name,
            StartedAt = now,
            LastSeenAt = now,
            ProviderToken = idToken is null ? null : Protector(protection).Protect(Encoding.UTF8.GetBytes(idToken)),
        };
        db.Add(session);
        await db.SaveChangesAsync(ct);
        await SignInCookie.KeepAsync(http, session.Id, next[next.IndexOf('?', StringComparison.Ordinal)..]);
        return Results.Redirect(address.IsOurs(next) ? next : throw new InvalidOperationException("The state of a sign-in leads out of Identity."));
    }

    private static string Known(string error) => typeof(OpenIddictConstants.Errors).GetFields().Any(field => (string?)field.GetValue(null) == error) ? error : "another error";

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in through {Provider} ended without a person: {Error}.")]
    private static partial void NotSignedIn(ILogger log, string provider, string error);
}
