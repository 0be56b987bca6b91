using Google.Protobuf;

namespace Gdx.Identity.Tests;

/// <summary>Those who may knock.</summary>
[Flags]
public enum Who
{
    Nobody = 0,
    Anonymous = 1,

    /// <summary>Signed in, approved by nobody.</summary>
    Person = 1 << 1,
    Officer = 1 << 2,
    Admin = 1 << 3,
    SuperUser = 1 << 4,
    DataOwner = 1 << 5,
    TechnicalContact = 1 << 6,
    Registrar = 1 << 7,
    Operator = 1 << 8,
    Auditor = 1 << 9,
    LinkageAdapter = 1 << 10,
    Notification = 1 << 11,
    Entitlement = 1 << 12,

    /// <summary>Whoever works for an agency.</summary>
    Members = Officer | Admin | SuperUser | DataOwner | TechnicalContact | Registrar | Operator | Auditor,
    SignedIn = Person | Members,
    Services = LinkageAdapter | Notification | Entitlement,
    Everyone = Anonymous | SignedIn | Services,
}

/// <summary>
/// One gRPC method (<c>/gdx.identity.v1.ApiClients/Find</c>) or HTTP route (<c>GET /claim</c>), and who may enter. Where it reaches into an
/// agency, <paramref name="Foreign"/> makes a request about another agency's things: given the app and that agency it answers the message,
/// which every member of an agency (not the operator's people) must be refused.
/// </summary>
public sealed record Door(string Route, Who Allowed, Func<IdentityApp, Guid, Task<IMessage>>? Foreign = null);

/// <summary>Every door of Identity. A route without a row fails <see cref="DoorTests"/>; each part has a file of rows.</summary>
public static partial class Doors
{
    public static IReadOnlyList<Door> All { get; } = [.. Applications, .. ApiClients, .. SignIn, .. Pages];

    private static IEnumerable<Door> Applications =>
    [
        new("/gdx.identity.v1.Applications/Submit", Who.Operator),
        new("/gdx.identity.v1.Applications/Verify", Who.Operator),
        new("/gdx.identity.v1.Applications/Approve", Who.Operator),
        new("/gdx.identity.v1.Applications/Reject", Who.Operator),
        new("/gdx.identity.v1.Applications/Get", Who.Operator),
        new("/gdx.identity.v1.Applications/Find", Who.Operator),
        new("/gdx.identity.v1.Agencies/Get", Who.Operator | Who.Services),
    ];

    private static IEnumerable<Door> ApiClients =>
    [
        new("/gdx.identity.v1.ApiClients/Find", Who.Operator),
        new("/gdx.identity.v1.ApiClients/Revoke", Who.Operator),
        new("/gdx.identity.v1.ApiClients/Renew", Who.Operator),
        new("/gdx.identity.v1.ApiClients/IssueClaimLink", Who.Notification),
        new("/gdx.identity.v1.ApiClients/Watch", Who.LinkageAdapter),
    ];

    private static IEnumerable<Door> Pages =>
    [
        new("POST /connect/token", Who.Everyone),
        new("GET /claim", Who.Everyone),
        new("POST /claim", Who.Everyone),
        new("GET /alive", Who.Everyone),
        new("GET /health", Who.Everyone),
    ];
}
