using System.Net;
using System.Net.Sockets;
using Gdx.ServiceDefaults;

namespace Gdx.Notification.Features;

/// <summary>Where a webhook may lead: to a public address over https. In development also to this machine, over http.</summary>
public static class WebhookAddress
{
    // What IANA's registries say is not globally reachable, and what hides another address inside (6to4, Teredo, NAT64 are outside 2000::/3 or listed).
    private static readonly IPNetwork[] NotPublic = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    }.Select(IPNetwork.Parse)];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Reads the field of a request.</summary>
    public static Uri Read(string url, bool development)
    {
        if (url.Length > 500 || !Uri.TryCreate(url, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (development && address.Scheme == Uri.UriSchemeHttp)))
        {
            throw Problems.Invalid("url", "must be an https address of at most 500 characters");
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            throw Problems.Invalid("url", "must have neither credentials nor a fragment");
        }

        // A name is looked at when it is resolved, at every connection; here only what is plain already.
        return development || !IPAddress.TryParse(address.IdnHost, out var ip) || IsPublic(ip) ? address : throw Problems.Invalid("url", "must lead to a public address");
    }

    /// <summary>Whether an address is anyone's on the internet: not private, loopback, link-local, shared, multicast, reserved, unspecified, and not an IPv4 address in disguise.</summary>
    public static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || (!address.IsIPv4MappedToIPv6 && GlobalUnicast.Contains(address)))
        && !NotPublic.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
}
