using System.Globalization;
using System.Security.Claims;
using Gdx.Numbers;

namespace Gdx.Identity.Features;

/// <summary>What kind of system a provider is: which of its endpoints can be discovered, and which quirks it has.</summary>
public enum ProviderKind
{
    /// <summary>OpenID Connect with discovery: GovID, MailGoThai, OpenID.</summary>
    Oidc,

    /// <summary>DGA Digital ID (<see cref="DigitalId"/>).</summary>
    Dga,

    /// <summary>DOPA's ThaID (<see cref="ThaId"/>).</summary>
    ThaId,
}

/// <summary>
/// An outside identity provider as the settings describe it (<c>Gdx:Providers:&lt;name&gt;</c>: Kind, Issuer, ClientId, ClientSecret, Scopes, NameTh,
/// NameEn, CitizenIdClaim, CitizenIdVerified, and endpoints where they are not what the kind says). Addresses are absolute, or relative to
/// <c>Gdx:ProvidersAt</c> where several are at one place, as in development.
/// </summary>
public sealed record Provider
{
    public required string Name { get; init; }

    public required ProviderKind Kind { get; init; }

    public required Uri Issuer { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required string NameTh { get; init; }

    public required string NameEn { get; init; }

    /// <summary>The claim with the 13-digit citizen number; null where the provider tells none.</summary>
    public string? CitizenIdClaim { get; init; }

    /// <summary><c>never</c>, <c>always</c>, or the claim that must be true for the number to count as proven.</summary>
    public required string CitizenIdVerified { get; init; }

    public Uri? AuthorizationEndpoint { get; init; }

    public Uri? TokenEndpoint { get; init; }

    public Uri? UserInfoEndpoint { get; init; }

    public Uri? EndSessionEndpoint { get; init; }

    public Uri? KeysEndpoint { get; init; }

    /// <summary>The address of a path below the issuer.</summary>
    public Uri At(string path) => new($"{Issuer.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Whether it vouches for anybody's number.</summary>
    public bool ProvesNumbers => CitizenIdVerified != "never";

    /// <summary>The citizen number, where this provider vouches for it; whatever is only claimed is nothing.</summary>
    public CitizenId? ProvenCitizen(ClaimsPrincipal person)
    {
        var isProven = CitizenIdVerified switch
        {
            "always" => true,
            "never" => false,
            var claim => person.FindFirst(claim)?.Value is { } value && value.Equals("true", StringComparison.OrdinalIgnoreCase),
        };
        return isProven && CitizenIdClaim is { } number && CitizenId.TryParse(person.FindFirst(number)?.Value, out var citizen) ? citizen : null;
    }

    /// <summary>The year of birth in the Buddhist era from <c>birthdate</c> (ISO 8601, Christian or Buddhist year), where it is told.</summary>
    public static int? BirthYear(ClaimsPrincipal person) =>
        person.FindFirst("birthdate")?.Value is { Length: >= 4 } date && int.TryParse(date.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            ? year switch { >= 1880 and < 2200 => year + 543, >= 2423 and < 2743 => year, _ => null }
            : null;
}

/// <summary>All providers that the settings name, in that order. None: nobody can sign in.</summary>
public sealed class Providers
{
    private readonly Dictionary<string, Provider> byName;

    public Providers(IConfiguration settings, IHostEnvironment environment)
    {
        All = [.. settings.GetSection("Gdx:Providers").GetChildren().Select(section => Read(section, settings["Gdx:ProvidersAt"], environment))];
        byName = All.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<Provider> All { get; }

    public Provider? Find(string? name) => name is null ? null : byName.GetValueOrDefault(name);

    private static Provider Read(IConfigurationSection section, string? place, IHostEnvironment environment)
    {
        if (section.Key.Length > 64 || !section.Key.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
        {
            throw new InvalidOperationException($"Setting {section.Path}: a provider's name has small letters, digits and hyphens only; it stands in its callback address.");
        }

        var kind = Enum.TryParse<ProviderKind>(section["Kind"] ?? "Oidc", ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? known
            : throw new InvalidOperationException($"Setting {section.Path}:Kind must be oidc, dga or thaid.");
        var issuer = Address("Issuer") ?? throw new InvalidOperationException($"Setting {section.Path}:Issuer is missing: the provider's issuer.");
        var provider = new Provider
        {
            Name = section.Key,
            Kind = kind,
            Issuer = issuer,
            ClientId = Needed("ClientId"),
            ClientSecret = Needed("ClientSecret"),
            Scopes = (section["Scopes"] ?? "openid profile email").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            NameTh = section["NameTh"] ?? section.Key,
            NameEn = section["NameEn"] ?? section.Key,
            CitizenIdClaim = section["CitizenIdClaim"],
            CitizenIdVerified = section["CitizenIdVerified"] ?? "never",
            AuthorizationEndpoint = Address("AuthorizationEndpoint"),
            TokenEndpoint = Address("TokenEndpoint"),
            UserInfoEndpoint = Address("UserInfoEndpoint"),
            EndSessionEndpoint = Address("EndSessionEndpoint"),
            KeysEndpoint = Address("KeysEndpoint"),
        };
        provider = kind switch
        {
            ProviderKind.Dga => DigitalId.Complete(provider, section),
            ProviderKind.ThaId => ThaId.Complete(provider, section),
            _ => provider,
        };
        return provider is { CitizenIdVerified: not "never", CitizenIdClaim: null }
            ? throw new InvalidOperationException($"Setting {section.Path}:CitizenIdVerified vouches for a number, and CitizenIdClaim does not say where it stands.")
            : provider;

        string Needed(string key) => section[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"Setting {section.Path}:{key} is missing.");

        // Who can change what a provider answers can sign in as anyone.
        Uri? Address(string key) => section[key] is not { Length: > 0 } value ? null
            : Uri.TryCreate(place is null || value.Contains("://", StringComparison.Ordinal) ? value : $"{place.TrimEnd('/')}/{value}", UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && environment.IsDevelopment())) ? uri
            : throw new InvalidOperationException($"Setting {section.Path}:{key} must be an https address (http in development only).");
    }
}
