using System.Globalization;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.Identity.Tests;

/// <summary>A person with a session, as a sign-in would have left them: rows in the database and an access token that Identity signed.</summary>
public sealed record SignedIn(Guid Person, Guid Session, Guid? Agency, Guid? Membership, CitizenId Citizen, string Token)
{
    public Metadata Metadata => new() { { "authorization", $"Bearer {Token}" } };

    /// <summary>The same person with another session, whose token says what the first one said: ended rights end sessions, and what is read anew must hold by itself.</summary>
    public async Task<SignedIn> AgainAsync(IdentityApp app)
    {
        var (said, now) = (new JsonWebToken(Token).Claims.ToLookup(claim => claim.Type, claim => claim.Value), DateTimeOffset.UtcNow);
        var session = new Data.Session { Id = Guid.NewGuid(), PersonId = Person, MembershipId = Membership, Provider = "test", StartedAt = now, LastSeenAt = now };
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        db.Add(session);
        await db.SaveChangesAsync();
        return this with { Session = session.Id, Token = Sign(app, Person, session.Id, Agency, Membership, said["role"].Except([Roles.Person]), said[Claims.Menu]) };
    }

    /// <summary>Someone whom nobody has approved yet.</summary>
    public static Task<SignedIn> AnyoneAsync(IdentityApp app, bool verified = true) => CreateAsync(app, null, [], [], verified);

    /// <summary>An active member of this agency with these roles.</summary>
    public static Task<SignedIn> AsAsync(IdentityApp app, Guid agency, params string[] roles) => CreateAsync(app, agency, roles, [], verified: true);

    /// <summary>An agency that has been let in, with nobody in it.</summary>
    public static async Task<Guid> AgencyAsync(IdentityApp app, Action<Data.Agency>? change = null, AgencyKind kind = AgencyKind.Department, Guid? central = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var number = IdentityApp.NextNumber();
        var agency = new Data.Agency
        {
            Id = Guid.CreateVersion7(),
            State = AgencyState.Active,
            Kind = kind,
            CentralAgencyId = central,
            NameTh = $"กรมทดสอบ {number}",
            NameEn = $"Department {number}",
            JuristicId = JuristicId.Synthetic(number).Value,
            ApprovedAt = DateTimeOffset.UtcNow,
        };
        change?.Invoke(agency);
        db.Agencies.Add(agency);
        await db.SaveChangesAsync();
        return agency.Id;
    }

    /// <summary>A token that Identity could have issued, changed by <paramref name="change"/>.</summary>
    public static string Sign(IdentityApp app, Guid person, Guid session, Guid? agency, Guid? membership, IEnumerable<string> roles, IEnumerable<string> menus, Action<SecurityTokenDescriptor>? change = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = person.ToString(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["role"] = roles.Append(Roles.Person).ToArray(),
            [Claims.Session] = session.ToString(),
        };
        if (agency is not null)
        {
            (claims[Claims.Agency], claims[Claims.Membership], claims[Claims.Menu]) = (agency.ToString()!, membership.ToString()!, menus.ToArray());
        }

        var token = new SecurityTokenDescriptor
        {
            Issuer = app.Services.GetRequiredService<PublicAddress>().Issuer.AbsoluteUri,
            Audience = "gdx",
            TokenType = "at+jwt",
            NotBefore = DateTime.UtcNow.AddMinutes(-1),
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = claims,
            SigningCredentials = app.Services.GetRequiredService<SigningKeys>().Credentials[0],
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler().CreateToken(token);
    }

    private static async Task<SignedIn> CreateAsync(IdentityApp app, Guid? agency, string[] roles, string[] menus, bool verified)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var (now, citizen) = (DateTimeOffset.UtcNow, CitizenId.Synthetic(IdentityApp.NextNumber()));
        var person = new Data.Person
        {
            Id = Guid.CreateVersion7(),
            CitizenIdHash = verified ? app.Services.GetRequiredService<SubjectKey>().Hash(citizen) : null,
            CitizenVerifiedAt = verified ? now : null,
            CitizenVerifiedBy = verified ? "thaid" : null,
            NameTh = string.Create(CultureInfo.InvariantCulture, $"บุคคลทดสอบ {citizen.Value[^4..]}"),
            Email = $"person{citizen.Value[^8..]}@welfare.go.th",
            CreatedAt = now,
        };
        var membership = agency is not { } id ? null : new Data.Membership
        {
            Id = Guid.CreateVersion7(),
            PersonId = person.Id,
            AgencyId = id,
            State = MembershipState.Active,
            Roles = [.. roles],
            Menus = [.. menus],
            RequestedAt = now,
            DecidedAt = now,
            DecidedBy = Guid.NewGuid(),
        };
        var session = new Data.Session { Id = Guid.NewGuid(), PersonId = person.Id, MembershipId = membership?.Id, Provider = "test", StartedAt = now, LastSeenAt = now };
        db.Add(person);
        if (membership is not null)
        {
            db.Add(membership);
        }

        db.Add(session);
        await db.SaveChangesAsync();
        return new(person.Id, session.Id, agency, membership?.Id, citizen, Sign(app, person.Id, session.Id, agency, membership?.Id, roles, menus));
    }
}
