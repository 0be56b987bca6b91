using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Gdx.Identity.Tests;

/// <summary>
/// One gRPC method (<c>/gdx.identity.v1.ApiClients/Find</c>) or HTTP route (<c>GET /claim</c>), and who may enter. Where it reaches into an
/// agency, <paramref name="Foreign"/> makes a request about another agency's things: given the app and that agency it answers the message,
/// which every member of an agency (not the operator's people) must be refused.
/// </summary>
public sealed record Door(string Route, Who Allowed, Func<IdentityApp, Guid, Task<IMessage>>? Foreign = null);

/// <summary>Every door of Identity. A route without a row fails <see cref="DoorTests"/>; each part has a file of rows.</summary>
public static partial class Doors
{
    public static IReadOnlyList<Door> All { get; } = [.. Applications, .. ApiClients, .. Notices, .. Registration, .. People, .. SignIn, .. Pages];

    private static IEnumerable<Door> Applications =>
    [
        new("/gdx.identity.v1.Applications/Submit", Who.Operator),
        new("/gdx.identity.v1.Applications/Verify", Who.Operator),
        new("/gdx.identity.v1.Applications/Approve", Who.Operator),
        new("/gdx.identity.v1.Applications/Reject", Who.Operator),
        new("/gdx.identity.v1.Agencies/Get", Who.Operator | Who.Services),
    ];

    private static IEnumerable<Door> ApiClients =>
    [
        new("/gdx.identity.v1.ApiClients/Find", ClientKeepers, (_, agency) => Task.FromResult<IMessage>(new FindApiClientsRequest { AgencyId = agency.ToString() })),
        new("/gdx.identity.v1.ApiClients/Get", ClientKeepers, Of(id => new GetApiClientRequest { ApiClientId = id })),
        new("/gdx.identity.v1.ApiClients/Revoke", ClientKeepers, Of(id => new RevokeApiClientRequest { ApiClientId = id, Reason = "not ours" })),
        new("/gdx.identity.v1.ApiClients/Renew", ClientKeepers, Of(id => new RenewApiClientRequest { ApiClientId = id })),
        new("/gdx.identity.v1.ApiClients/Rotate", ClientKeepers, Of(id => new RotateApiClientRequest { ApiClientId = id, OldEndsAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1)) })),
        new("/gdx.identity.v1.ApiClients/SetCallerAddresses", ClientKeepers, Of(id => new SetCallerAddressesRequest { ApiClientId = id })),
        new("/gdx.identity.v1.ApiClients/SetDefaultPurpose", ClientKeepers, Of(id => new SetDefaultPurposeRequest { ApiClientId = id })),
        new("/gdx.identity.v1.ApiClients/SetExpiry", Who.Operator),
        new("/gdx.identity.v1.ApiClients/RegisterKey", ClientKeepers, Of(id => new RegisterApiClientKeyRequest { ApiClientId = id, Jwk = TestClient.NewEcKey().Jwk })),
        new("/gdx.identity.v1.ApiClients/RemoveKey", ClientKeepers, Of(id => new RemoveApiClientKeyRequest { ApiClientId = id, KeyId = "x" })),
        new("/gdx.identity.v1.ApiClients/ReportUse", Who.LinkageAdapter),
        new("/gdx.identity.v1.ApiClients/IssueClaimLink", Who.Notification),
        new("/gdx.identity.v1.ApiClients/Watch", Who.LinkageAdapter),
    ];

    private const Who ClientKeepers = Who.Operator | Who.Admin | Who.TechnicalContact;

    /// <summary>A request about a client of that agency.</summary>
    private static Func<IdentityApp, Guid, Task<IMessage>> Of(Func<string, IMessage> request) => async (app, agency) => request((await TestClient.InAsync(app, agency)).Id.ToString());

    private static IEnumerable<Door> Notices => [new("/gdx.identity.v1.Notices/Get", Who.Notification)];

    private static IEnumerable<Door> Pages =>
    [
        new("POST /connect/token", Who.Everyone),
        new("GET /claim", Who.Everyone),
        new("POST /claim", Who.Everyone),
        new("GET /alive", Who.Everyone),
        new("GET /health", Who.Everyone),
    ];
}
