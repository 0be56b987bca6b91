using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Gdx.Notification.Features;

/// <summary>A receiver's name leads only to addresses that may not be called.</summary>
public sealed class AddressRefusedException() : IOException("Not a public address");

/// <summary>
/// Calls receivers. The address is looked at when the connection is made, after the name is resolved, and the connection goes to the very address that was
/// looked at: a name that answers differently the second time gains nothing. No proxy, no redirects, no cookies, no trace headers for outsiders.
/// </summary>
public sealed class WebhookCaller : IDisposable
{
    private const int MostRead = 64 * 1024; // The answer does not matter; reading some of it lets the receiver finish in peace.
    private readonly TimeSpan patience;
    private readonly HttpMessageInvoker http;

    public WebhookCaller(IHostEnvironment environment, IConfiguration settings)
        : this(Dns.GetHostAddressesAsync, environment.IsDevelopment(), TimeSpan.FromSeconds(settings.GetValue("Gdx:WebhookSeconds", 10)))
    {
    }

    /// <summary><paramref name="resolve"/> turns a name into addresses.</summary>
    public WebhookCaller(Func<string, CancellationToken, Task<IPAddress[]>> resolve, bool anyAddress, TimeSpan patience)
    {
        this.patience = patience;
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // After a change of the receiver's address its name is asked anew.
            ConnectCallback = async (context, ct) => await ConnectAsync(resolve, anyAddress, context.DnsEndPoint, ct),
        });
    }

    /// <summary>One call; null where the receiver took it (2xx), otherwise why not, such as "HTTP 503".</summary>
    public async Task<string?> PostAsync(Uri url, string messageId, long timestamp, string signature, string payload, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(payload, MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        request.Headers.UserAgent.ParseAdd("Gdx-Webhooks/1.0");
        try
        {
            using var answer = await http.SendAsync(request, deadline.Token);
            await PassOverAsync(answer, deadline.Token);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}");
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is HttpRequestException or IOException or OperationCanceledException)
        {
            return away is OperationCanceledException ? "Timeout" : away.GetBaseException() is AddressRefusedException refused ? refused.Message : (away as HttpRequestException)?.HttpRequestError.ToString() ?? away.GetType().Name;
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<Stream> ConnectAsync(Func<string, CancellationToken, Task<IPAddress[]>> resolve, bool anyAddress, DnsEndPoint end, CancellationToken ct)
    {
        IPAddress[] all = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await resolve(end.Host, ct);
        var allowed = all.Where(address => anyAddress || WebhookAddress.IsPublic(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, end.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task PassOverAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[8192];
        for (int read, total = 0; total < MostRead && (read = await body.ReadAsync(buffer, ct)) > 0; total += read)
        {
        }
    }
}
