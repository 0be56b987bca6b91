using System.Security.Cryptography;
using System.Text;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using OpenIddict.Abstractions;
using Permissions = OpenIddict.Abstractions.OpenIddictConstants.Permissions;

namespace Gdx.Identity.Features;

/// <summary>The web portal as a client of the token server (<c>Gdx:Portal:ClientSecret</c>, <c>:RedirectUris:0…</c>, <c>:PostLogoutRedirectUris:0…</c>). Without these settings there is none.</summary>
public sealed class Portal
{
    public const string ClientId = "portal";

    public Portal(IConfiguration settings, IHostEnvironment environment)
    {
        var section = settings.GetSection("Gdx:Portal");
        if (!section.Exists())
        {
            return;
        }

        Secret = section["ClientSecret"] is { Length: >= 32 } secret ? secret : throw new InvalidOperationException("Setting Gdx:Portal:ClientSecret is missing or shorter than 32 characters.");
        RedirectUris = Addresses("RedirectUris");
        PostLogoutRedirectUris = Addresses("PostLogoutRedirectUris");
        if (RedirectUris.Count == 0)
        {
            throw new InvalidOperationException("Setting Gdx:Portal:RedirectUris is missing: where a signed-in browser goes back to.");
        }

        IReadOnlyList<Uri> Addresses(string key) => [.. section.GetSection(key).GetChildren().Select(child =>
            Uri.TryCreate(child.Value, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0 && (uri.Scheme == "https" || (uri.Scheme == "http" && environment.IsDevelopment()))
                ? uri
                : throw new InvalidOperationException($"Setting {child.Path} must be an https address without a fragment (http in development only)."))];
    }

    /// <summary>Null where there is no portal.</summary>
    public string? Secret { get; }

    public IReadOnlyList<Uri> RedirectUris { get; } = [];

    public IReadOnlyList<Uri> PostLogoutRedirectUris { get; } = [];

    /// <summary>
    /// Whether a request for a token, whose form has been read, comes with the portal's secret. Compared with the setting itself, which costs nothing,
    /// so that it can be asked before the slow check.
    /// </summary>
    public bool Sent(HttpRequest request)
    {
        if (Secret is null)
        {
            return false;
        }

        var form = request.HttpContext.Features.Get<IFormFeature>()?.Form ?? FormCollection.Empty;
        var (name, secret) = ClientCredentials.Basic(request.Headers.Authorization) ?? (ClientCredentials.Only(form, "client_id") ?? "", ClientCredentials.Only(form, "client_secret") ?? "");
        // In a Basic header it is escaped as in a form (RFC 6749, 2.3.1), in a form it is what it is already.
        return name == ClientId && (IsSecret(secret) | IsSecret(Uri.UnescapeDataString(secret)));

        bool IsSecret(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Secret));
    }

    /// <summary>Whether an address is at the portal: at the scheme, host and port of one where a signed-in browser goes back to.</summary>
    public bool IsAt(Uri address) => address is { IsAbsoluteUri: true, Fragment: "", UserInfo: "" }
        && RedirectUris.Any(own => Uri.Compare(own, address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0);
}

/// <summary>At start: brings the portal's client in line with the settings.</summary>
public sealed class SeedPortal(IOpenIddictApplicationManager clients, Portal portal) : IStartupWork
{
    public async Task RunAsync(CancellationToken ct)
    {
        var known = await clients.FindByClientIdAsync(Portal.ClientId, ct);
        if (portal.Secret is not { } secret)
        {
            await (known is null ? ValueTask.CompletedTask : clients.DeleteAsync(known, ct));
            return;
        }

        var wanted = new OpenIddictApplicationDescriptor
        {
            ClientId = Portal.ClientId,
            ClientSecret = secret,
            ClientType = OpenIddictConstants.ClientTypes.Confidential,
            ConsentType = OpenIddictConstants.ConsentTypes.Implicit, // It is ours.
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
                Permissions.Prefixes.Scope + OpenIddictConstants.Scopes.OfflineAccess,
            },
            Requirements = { OpenIddictConstants.Requirements.Features.ProofKeyForCodeExchange },
        };
        wanted.RedirectUris.UnionWith(portal.RedirectUris);
        wanted.PostLogoutRedirectUris.UnionWith(portal.PostLogoutRedirectUris);
        if (known is null)
        {
            await clients.CreateAsync(wanted, ct);
        }
        else
        {
            await clients.UpdateAsync(known, wanted, ct);
        }
    }
}
