using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gdx.LocalHosting;

/// <summary>Ports on this machine's loopback addresses.</summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port that nobody listens on. From below the range that the kernel takes outgoing ports from, so that none of those gets in between.</summary>
    public static int Free()
    {
        lock (Given)
        {
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var port = RandomNumberGenerator.GetInt32(20000, 32000);
                if (IsFree(port) && Given.Add(port))
                {
                    return port;
                }
            }
        }

        throw new HostException("No free port between 20000 and 32000.");
    }

    public static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && (!HasIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    /// <summary>Whether this machine has ::1, which <c>localhost</c> then also means.</summary>
    public static bool HasIPv6 { get; } = Socket.OSSupportsIPv6 && CanListen(IPAddress.IPv6Loopback, 0);

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
