namespace Gdx.Identity.Features;

/// <summary>Where the outside reaches Identity: the issuer in tokens and the base of claim links.</summary>
public sealed class PublicAddress
{
    public PublicAddress(IConfiguration settings) => Issuer =
        Uri.TryCreate(settings["Gdx:PublicUrl"], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Query: "", Fragment: "" }
            ? uri
            : throw new InvalidOperationException("Setting Gdx:PublicUrl is missing or not an http(s) address: the public address of Identity, issuer of tokens and base of claim links.");

    public Uri Issuer { get; }

    /// <summary>The address of the token endpoint, as discovery names it.</summary>
    public string Token => $"{Issuer.AbsoluteUri.TrimEnd('/')}/connect/token";

    /// <summary>The address of the claim page with this code.</summary>
    public string Claim(string code) => At($"claim?code={code}");

    /// <summary>The address of this path as browsers see it.</summary>
    public string At(string path) => $"{Issuer.AbsoluteUri.TrimEnd('/')}/{path}";

    /// <summary>Whether a local address (path and query) is below the public one.</summary>
    public bool IsOurs(string local) => local.StartsWith($"{Issuer.AbsolutePath.TrimEnd('/')}/connect/authorize?", StringComparison.Ordinal);

    /// <summary>
    /// For what browsers open: the request as the browser made it, whatever the proxies in between turned it into. Nobody can lead a redirect or a
    /// cookie elsewhere with a <c>Host</c> header.
    /// </summary>
    public void Apply(HttpRequest request) =>
        (request.Scheme, request.Host, request.PathBase) = (Issuer.Scheme, HostString.FromUriComponent(Issuer), PathString.FromUriComponent(Issuer.AbsolutePath.TrimEnd('/')));
}

/// <summary>Puts <see cref="PublicAddress.Apply"/> in front of the pages that browsers open.</summary>
public static class BrowserPages
{
    private static readonly string[] Paths = ["/connect/authorize", "/connect/endsession", "/signin", "/callback", "/operator", "/prove"];

    public static void UsePublicAddress(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<PublicAddress>();
        app.Use((http, next) =>
        {
            if (Paths.Any(path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
            {
                address.Apply(http.Request);
            }

            return next(http);
        });
    }
}
