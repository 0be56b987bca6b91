using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class ClosedDoorTests(EntitlementApp app)
{
    private static readonly string[] Methods = ["Permissions/Record", "Permissions/Confirm", "Permissions/Get", "Grants/Get", "Grants/Find", "Grants/Revoke", "Grants/Watch"];

    public static TheoryData<string> EveryMethod => [.. Methods];

    public static TheoryData<string, string> EveryMethodAndWrongRole =>
        [.. from method in Methods
            from role in method == "Grants/Watch"
                ? new[] { Roles.Operator, Roles.Auditor, Roles.Service, Roles.Notification, "officer" }
                : [Roles.Auditor, Roles.Service, Roles.LinkageAdapter, Roles.Entitlement, "officer", "Operator"]
            select (method, role)];

    [Theory]
    [MemberData(nameof(EveryMethod))]
    public async Task Nobody_gets_in_without_a_token(string method) =>
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => CallAsync(method, []))).Status);

    [Theory]
    [MemberData(nameof(EveryMethod))]
    public async Task Nobody_gets_in_with_a_token_that_no_issuer_signed(string method) =>
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => CallAsync(method, new() { { "authorization", "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BlcmF0b3IifQ." } }))).Status);

    [Theory]
    [MemberData(nameof(EveryMethodAndWrongRole))]
    public async Task Nobody_gets_in_with_a_role_of_another_door(string method, string role) =>
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => CallAsync(method, app.As(Guid.NewGuid(), role)))).Status);

    [Fact]
    public void Every_method_is_tried_here() =>
        Assert.Equal(
            Permissions.Descriptor.Methods.Concat(Grants.Descriptor.Methods).Select(method => $"{method.Service.Name}/{method.Name}").Order(),
            Methods.Order());

    private Task CallAsync(string method, Metadata headers) => method switch
    {
        "Permissions/Record" => app.Permissions.RecordAsync(app.Letter(), headers).ResponseAsync,
        "Permissions/Confirm" => app.Permissions.ConfirmAsync(new() { PermissionId = Guid.NewGuid().ToString() }, headers).ResponseAsync,
        "Permissions/Get" => app.Permissions.GetAsync(new() { PermissionId = Guid.NewGuid().ToString() }, headers).ResponseAsync,
        "Grants/Get" => app.Grants.GetAsync(new() { GrantId = Guid.NewGuid().ToString() }, headers).ResponseAsync,
        "Grants/Find" => app.Grants.FindAsync(new(), headers).ResponseAsync,
        "Grants/Revoke" => app.Grants.RevokeAsync(new() { GrantId = Guid.NewGuid().ToString(), Reason = "x" }, headers).ResponseAsync,
        _ => app.Grants.Watch(new(), headers).ResponseStream.MoveNext(CancellationToken.None),
    };
}
