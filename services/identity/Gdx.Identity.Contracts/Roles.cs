namespace Gdx.Identity.Contracts;

/// <summary>Values of the <c>role</c> claim in Identity's access tokens. A service has <see cref="Service"/> and <c>service:&lt;its name&gt;</c>.</summary>
public static class Roles
{
    public const string Operator = "operator";
    public const string Auditor = "auditor";
    public const string Service = "service";
    public const string LinkageAdapter = "service:linkage-adapter";
    public const string Notification = "service:notification";
    public const string Entitlement = "service:entitlement";
}
