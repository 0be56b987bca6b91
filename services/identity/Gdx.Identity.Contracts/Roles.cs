namespace Gdx.Identity.Contracts;

/// <summary>
/// Values of the <c>role</c> claim in Identity's access tokens. A service has <see cref="Service"/> and <c>service:&lt;its name&gt;</c>; whoever has
/// signed in has <see cref="Person"/>, and the roles of the membership that the session acts under.
/// </summary>
public static class Roles
{
    /// <summary>Anyone who has signed in, also before any agency has approved them.</summary>
    public const string Person = "person";

    public const string Officer = "officer";

    /// <summary>Approves the people of an agency and opens menus to them.</summary>
    public const string OrganizationAdmin = "organization-admin";

    /// <summary>Manages which officers of an agency may use which Linkage Center service.</summary>
    public const string SuperUser = "super-user";

    /// <summary>Decides for the agency that owns a dataset.</summary>
    public const string DataOwner = "data-owner";

    public const string DataProtectionOfficer = "data-protection-officer";

    public const string TechnicalContact = "technical-contact";

    /// <summary>Sits at a district office and belongs to the Bureau of Registration: checks citizen numbers and hands out PINs in person.</summary>
    public const string Registrar = "registrar";

    public const string Operator = "operator";

    public const string Auditor = "auditor";

    public const string Service = "service";

    public const string LinkageAdapter = "service:linkage-adapter";

    public const string Notification = "service:notification";

    public const string Entitlement = "service:entitlement";

    /// <summary>A machine-to-machine client of an agency (OAuth 2.0 client credentials).</summary>
    public const string ApiClient = "api-client";

    /// <summary>The roles that an OrganizationAdmin may give within the agency.</summary>
    public static IReadOnlyList<string> OfAgency { get; } = [Officer, OrganizationAdmin, SuperUser, DataOwner, DataProtectionOfficer, TechnicalContact];

    /// <summary>The roles that only the operator gives: they reach beyond one agency.</summary>
    public static IReadOnlyList<string> OfOperator { get; } = [Operator, Auditor, Registrar];
}
