using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Notification.Tests;

/// <summary>One call as a receiver got it.</summary>
internal sealed record Call(string Path, string Id, long Timestamp, string[] Signatures, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>As standardwebhooks.com has a receiver verify: HMAC-SHA256 over id.timestamp.body under the base64 part of the secret, any of the signatures.</summary>
    public bool IsSignedWith(string secret)
    {
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")))}";
        return Signatures.Contains(expected) && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - Timestamp) < 300;
    }
}

/// <summary>An agency's system that really listens.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.Run(HandleAsync);
        Url = $"http://127.0.0.1:{port}/hooks";
    }

    public string Url { get; }

    /// <summary>What it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<Call> Calls { get; } = [];

    public static async Task<Receiver> StartAsync(int? port = null)
    {
        var receiver = new Receiver(port ?? FreePort.Next());
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers;
        Calls.Enqueue(new(
            context.Request.Path,
            headers["webhook-id"].ToString(),
            long.Parse(headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture),
            headers["webhook-signature"].ToString().Split(' '),
            await reader.ReadToEndAsync(),
            headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        await Answer(context);
    }
}
