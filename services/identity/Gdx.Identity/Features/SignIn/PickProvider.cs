namespace Gdx.Identity.Features;

/// <summary>GET /signin: one link for each provider, each back to the request that led here (its query is this page's query), so that there is no address to be led astray by.</summary>
public static class PickProvider
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/signin", Handle)
        .WithName(nameof(PickProvider)).AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);

    private static IResult Handle(HttpContext http, Providers providers) => SignInPage.Choose(http, providers, provider =>
    {
        var request = QueryString.Create(http.Request.Query.Where(pair => pair.Key != Authorize.ProviderParameter)).Add(Authorize.ProviderParameter, provider.Name);
        return $"{http.Request.PathBase}/connect/authorize{request}";
    });
}
