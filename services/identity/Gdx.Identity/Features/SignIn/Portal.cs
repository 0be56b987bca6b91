using Gdx.ServiceDefaults;
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
