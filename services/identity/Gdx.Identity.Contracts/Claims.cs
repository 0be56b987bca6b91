namespace Gdx.Identity.Contracts;

/// <summary>Claims of Identity's access tokens beside <c>sub</c> (person's UUID, service's name or API client's UUID) and <c>role</c>.</summary>
public static class Claims
{
    /// <summary>UUID of the session; ends everywhere when the session ends. Tokens of services have none.</summary>
    public const string Session = "sid";

    /// <summary>UUID of the agency that the session, or the API client, acts for.</summary>
    public const string Agency = "agency";

    /// <summary>UUID of the membership that the session acts under.</summary>
    public const string Membership = "membership";

    /// <summary>One value for each menu that is open to the officer (<see cref="Menus"/>).</summary>
    public const string Menu = "menu";

    /// <summary>Unix seconds until which a checked PIN opens linked personal data on the web.</summary>
    public const string StepUpUntil = "step_up_until";

    /// <summary>Of an API client's token: the person (UUID) or the name of the system behind its calls.</summary>
    public const string Agent = "agent";

    /// <summary>Of an API client's token: with what it was got, <c>secret:&lt;generation&gt;</c> or <c>key:&lt;thumbprint&gt;</c>. It ends with that.</summary>
    public const string Credential = "credential";

    /// <summary>The audience of API clients' tokens. Services refuse it: their own is <c>gdx</c>.</summary>
    public const string ApiAudience = "gdx-api";
}
