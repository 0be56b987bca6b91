using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gdx.Notification.Tests;

/// <summary>A mail server that does at each step what a test says: refuses, dawdles, hangs up, or kills somebody.</summary>
internal sealed class ScriptedSmtp : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ended = new();

    public ScriptedSmtp(int port = 0)
    {
        listener = new(IPAddress.Loopback, port);
        listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"smtp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The reply to a step (CONNECT, EHLO, MAIL, RCPT, DATA, TEXT when a whole mail is there); null for the ordinary one, empty to hang up.</summary>
    public Func<string, Task<string?>> Reply { get; set; } = _ => Task.FromResult<string?>(null);

    /// <summary>Every mail whose last line has arrived.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await listener.AcceptTcpClientAsync(ended.Token));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                for (var step = "CONNECT"; step is not null; step = (await reader.ReadLineAsync(ended.Token))?.Split(' ', ':')[0].ToUpperInvariant())
                {
                    if (!await SayAsync(client, step))
                    {
                        return;
                    }

                    if (step == "DATA")
                    {
                        Mails.Enqueue(await ReadMailAsync(reader));
                        if (!await SayAsync(client, "TEXT"))
                        {
                            return;
                        }
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private async Task<bool> SayAsync(TcpClient client, string step)
    {
        var reply = await Reply(step).WaitAsync(ended.Token) ?? step switch
        {
            "CONNECT" => "220 scripted",
            "EHLO" => "250-scripted\r\n250 8BITMIME",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 2.0.0 OK",
        };
        if (reply.Length > 0)
        {
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), ended.Token);
        }

        return reply.Length > 0;
    }

    private async Task<string> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(ended.Token) is { } line && line != ".")
        {
            mail.AppendLine(line);
        }

        return mail.ToString();
    }
}
