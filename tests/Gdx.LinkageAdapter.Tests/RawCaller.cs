using System.Net.Sockets;
using System.Text;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>Writes bytes to the API's port as no well-behaved client would.</summary>
public static class RawCaller
{
    public sealed record RawAnswer(int Status, string Head, string Body);

    public static Task<RawAnswer> SendAsync(LinkageAdapterApp app, string request) => SendAsync(app, Encoding.Latin1.GetBytes(request));

    /// <summary>Sends and reads to the end; status 0 where the server hung up without a word.</summary>
    public static async Task<RawAnswer> SendAsync(LinkageAdapterApp app, byte[] request)
    {
        using var socket = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(app.Api.Host, app.Api.Port, patience.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(request, patience.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string text;
        try
        {
            text = await reader.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            return new(0, "", "");
        }

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? new(0, text, "") : new(int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), text[..end], text[(end + 4)..]);
    }
}
