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
    public string Claim(string code) => $"{Issuer.AbsoluteUri.TrimEnd('/')}/claim?code={code}";
}
