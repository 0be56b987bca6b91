using System.Net;
using System.Net.Sockets;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>Stands between the program and one server, passes everything on piece by piece and tells the trigger what each piece belongs to.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly string name;
    private readonly Func<(string Host, int Port)> server;
    private readonly FaultTrigger trigger;
    private readonly Task accepting;
    private int refused;

    /// <param name="name"><see cref="FaultPoint.Database"/> or <see cref="FaultPoint.Broker"/>.</param>
    /// <param name="server">Where the server is now; it may move when it restarts.</param>
    /// <param name="trigger">Is told of every piece.</param>
    public FaultProxy(string name, Func<(string Host, int Port)> server, FaultTrigger trigger)
    {
        (this.name, this.server, this.trigger) = (name, server, trigger);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections of the program that found no server.</summary>
    public int Refused => refused;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient program)
    {
        using (program)
        using (var connection = new TcpClient { NoDelay = true })
        {
            program.NoDelay = true;
            try
            {
                var (host, port) = server();
                await connection.ConnectAsync(host, port, end.Token);
                var traffic = name == FaultPoint.Database ? (ITraffic)new DatabaseTraffic() : new BrokerTraffic();
                // The first side that closes closes the other: the server must notice at once that the program is gone.
                await Task.WhenAny(PassAsync(program, connection, toServer: true, traffic), PassAsync(connection, program, toServer: false, traffic));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                Interlocked.Increment(ref refused); // The server is down: the program sees its connection closed.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool toServer, ITraffic traffic)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, end.Token) is > 0 and var length)
            {
                var work = traffic.Classify(buffer.AsSpan(0, length), toServer);
                if (!trigger.BeforePassing(name, work, toServer))
                {
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), end.Token);
                trigger.AfterPassing(name, work, toServer);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went away, which is what this test is about.
        }
    }
}
