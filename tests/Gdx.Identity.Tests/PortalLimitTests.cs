using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Gdx.Identity.Tests;

/// <summary>POST /connect/token: the portal speaks for everybody who is signed in, from one address.</summary>
public sealed class PortalLimitTests(SignInWorld world) : IClassFixture<SignInWorld>
{
    private const int More = 130; // Ten more than one address may ask in a minute.

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_portal_is_not_held_up_by_the_limit_of_an_address(bool inHeader)
    {
        var answers = await AskAsync(inHeader ? "203.0.113.50" : "203.0.113.51", SignInWorld.PortalSecret, inHeader);

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.BadRequest, status)); // Let through: the ticket is none.
    }

    [Fact]
    public async Task Whoever_only_says_to_be_the_portal_is_and_the_portal_beside_them_is_not()
    {
        var guesses = await AskAsync("203.0.113.52", "a-guess-at-the-secret-0123456789-0123456789");
        var portal = await AskAsync("203.0.113.52", SignInWorld.PortalSecret, count: 1);
        using var service = await world.App.AskTokenAsync(IdentityApp.Adapter, from: "203.0.113.52");

        Assert.Contains(HttpStatusCode.TooManyRequests, guesses);
        Assert.Equal([HttpStatusCode.BadRequest], portal);
        Assert.Equal(HttpStatusCode.TooManyRequests, service.StatusCode);
    }

    private async Task<List<HttpStatusCode>> AskAsync(string from, string secret, bool inHeader = false, int count = More)
    {
        var statuses = new List<HttpStatusCode>();
        using var http = world.App.CreateDefaultClient();
        for (var n = 0; n < count; n++)
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = "none" };
            if (!inHeader)
            {
                (form["client_id"], form["client_secret"]) = ("portal", secret);
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent(form) };
            request.Headers.Add("Test-Remote-Address", from);
            request.Headers.Authorization = inHeader ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"portal:{Uri.EscapeDataString(secret)}"))) : null;
            using var answer = await http.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }

        return statuses;
    }
}
