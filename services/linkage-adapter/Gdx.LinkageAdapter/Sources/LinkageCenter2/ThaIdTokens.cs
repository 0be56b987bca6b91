using System.Text.Json.Serialization;

namespace Gdx.LinkageAdapter.Sources.LinkageCenter2;

/// <summary>
/// ThaID's access token for an agency's system user, which login type 2 of the Linkage Center asks for. How a system user without a person
/// at a phone gets one is not public: this is the one place to replace. It asks for one beside the agency's proxy, as the simulator answers:
/// <c>POST {proxy}/thaid/token {"personalID":9000000001001}</c> → <c>{"access_token":"…","token_type":"Bearer","expires_in":300}</c>.
/// </summary>
public sealed class ThaIdTokens
{
    /// <summary>A token that is good for one login. Throws <see cref="HttpRequestException"/> where there is none.</summary>
    public async Task<string> GetAsync(HttpClient http, AccountAccess account, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync(account.Address("thaid/token"), new { personalID = account.SystemUser.Number }, ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Answer>(ct))?.AccessToken
            ?? throw new HttpRequestException("ThaID answered without a token.");
    }

    private sealed record Answer([property: JsonPropertyName("access_token")] string? AccessToken);
}
