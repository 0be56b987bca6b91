using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gdx.Numbers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Gdx.LinkageAdapter.Sources.LinkageCenter2;

/// <summary>DOPA's Linkage Center, second generation: REST through the agency's own Linkage Proxy, signed in as the agency's system user.</summary>
public sealed partial class LinkageCenter : IDisposable
{
    private readonly ThaIdTokens thaId;
    private readonly TimeProvider clock;
    private readonly ILogger<LinkageCenter> log;

    // An officer waits for this answer; most client programs give up after 30 s and then ask again. Set by Gdx:Sources:TimeoutSeconds.
    private readonly TimeSpan budget;

    // One connection pool for all proxies. Not from the factory: these addresses are outside and must not go through discovery, default headers or proxies.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // A citizen number is not sent on to wherever a proxy points.
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2), // Inside one country a connection takes some 10 ms; two lost SYNs take 3 s.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // So that a moved proxy's new address is noticed.
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each call has its own budget.
        MaxResponseContentBufferSize = 1024 * 1024, // The largest record, with a face photo, is far below 64 KB.
    };

    public LinkageCenter(ThaIdTokens thaId, IConfiguration settings, TimeProvider clock, ILogger<LinkageCenter> log)
    {
        (this.thaId, this.clock, this.log) = (thaId, clock, log);
        budget = TimeSpan.FromSeconds(settings.GetValue("Gdx:Sources:TimeoutSeconds", 10.0));
    }

    /// <summary>What protects one agency's calls: a bounded attempt, a breaker, and one more try where no answer came to be.</summary>
    public ResiliencePipeline<HttpResponseMessage> NewPipeline() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            // Requests are reads, so a second one is safe; one is enough for a proxy that restarted or closed an idle connection.
            MaxRetryAttempts = 1,
            Delay = TimeSpan.FromMilliseconds(100),
            UseJitter = true,
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>(exception => exception.StatusCode is null),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            // A proxy that fails half of at least 20 calls in 10 s is left alone for 5 s: callers hear so at once instead of queueing for the whole budget.
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(5),
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(answer => (int)answer.StatusCode >= 500),
        })
        .AddTimeout(budget * 0.8) // Leaves a fast second try some time.
        .Build();

    /// <summary>Asks one service about one person. Never throws for what the source does wrong.</summary>
    public async Task<SourceAnswer> AskAsync(AccountAccess account, Guid job, int service, CitizenId person)
    {
        using var patience = new CancellationTokenSource(budget);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var token = await account.Session.GetAsync(clock.GetUtcNow(), old => SignInAsync(account, old)).WaitAsync(patience.Token);
                using var answer = await account.Pipeline.ExecuteAsync(async ct => await SendAsync(account, token, job, service, person, ct), patience.Token);
                if (answer.StatusCode == HttpStatusCode.Unauthorized)
                {
                    account.Session.Forget(token);
                    if (attempt == 1)
                    {
                        continue; // Ended before its time, as after a restart of the proxy.
                    }
                }

                return await ReadAsync(answer, service, patience.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutRejectedException)
        {
            return new(SourceOutcome.TimedOut, null);
        }
        catch (BrokenCircuitException)
        {
            return new(SourceOutcome.Unreachable, null);
        }
        catch (HttpRequestException exception) when (exception.StatusCode is { } status)
        {
            return new(SourceOutcome.Fault, (int)status); // Signing in was refused. Its 404 is an unknown user, not an unknown citizen.
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            return LinkageCenterReply.Unreadable;
        }
        catch (HttpRequestException)
        {
            return new(SourceOutcome.Unreachable, null);
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<SourceAnswer> ReadAsync(HttpResponseMessage answer, int service, CancellationToken ct)
    {
        var status = (int)answer.StatusCode;
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK:
                return LinkageCenterReply.Read(await answer.Content.ReadAsByteArrayAsync(ct), service);
            case HttpStatusCode.NotFound:
                // Callers are known to get 404 for the whole request with the usual body; without that it is only a wrong address.
                var found = LinkageCenterReply.Read(await answer.Content.ReadAsByteArrayAsync(ct), service);
                return found.Outcome == SourceOutcome.NotFound ? found : new(SourceOutcome.Fault, status);
            default:
                return LinkageCenterReply.Of(status);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(AccountAccess account, Session.Token token, Guid job, int service, CitizenId person, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, account.Address("api/center/request/"))
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes($$$"""{"jobID":"{{{job}}}","data":[{"serviceID":{{{service}}},"query":{"personalID":"{{{person.Value}}}"}}]}"""))
            {
                Headers = { ContentType = new("application/json") },
            },
        };
        request.Headers.Authorization = new("Bearer", token.Value);
        return await http.SendAsync(request, ct);
    }

    /// <summary>Renews the token, or logs in: login (which offices?), ThaID's token, confirm. Not one caller's: nobody's patience but its own ends it.</summary>
    private async Task<Session.Token> SignInAsync(AccountAccess account, Session.Token? old)
    {
        using var patience = new CancellationTokenSource(budget);
        try
        {
            return old is null ? await LogInAsync(account, patience.Token) : await RenewAsync(account, old, patience.Token);
        }
        catch (Exception exception)
        {
            NotSignedIn(exception is HttpRequestException { StatusCode: { } status } ? ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture) : exception.GetType().Name);
            throw;
        }
    }

    private async Task<Session.Token> LogInAsync(AccountAccess account, CancellationToken ct)
    {
        using (var login = await http.PostAsJsonAsync(account.Address("api/center/login/"), new { loginType = 2, personalID = account.SystemUser.Number }, ct))
        {
            login.EnsureSuccessStatusCode();
            var offices = await login.Content.ReadFromJsonAsync<LoginAnswer>(ct);
            if (offices?.Office?.Any(office => office.Id == account.OfficeId) != true)
            {
                throw new HttpRequestException("The system user does not belong to the configured office.", null, HttpStatusCode.Forbidden);
            }
        }

        var accessToken = await thaId.GetAsync(http, account, ct);
        using var confirm = await http.PostAsJsonAsync(account.Address("api/center/login/confirm"),
            new { loginType = 2, officeID = account.OfficeId, personalID = account.SystemUser.Number, accessToken }, ct);
        return await TokenAsync(confirm, ct);
    }

    private async Task<Session.Token> RenewAsync(AccountAccess account, Session.Token old, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, account.Address("api/center/login/renew"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", old.Value);
        using var answer = await http.SendAsync(request, ct);
        return await TokenAsync(answer, ct);
    }

    private async Task<Session.Token> TokenAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<TokenAnswer>(ct))?.Token
            ?? throw new JsonException("The Linkage Center answered without a token.");
        return new(token, Until(token) ?? clock.GetUtcNow().AddMinutes(60));
    }

    /// <summary>The end that the token names (<c>exp</c>). Not checked otherwise: it is the Linkage Center's, not ours.</summary>
    private static DateTimeOffset? Until(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return null;
        }

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        return claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing in at the Linkage Center failed: {Fault}")]
    private partial void NotSignedIn(string fault);

    private sealed record LoginAnswer(IReadOnlyList<Office>? Office);

    private sealed record Office(int Id, string? Name);

    private sealed record TokenAnswer(string? Token);
}
