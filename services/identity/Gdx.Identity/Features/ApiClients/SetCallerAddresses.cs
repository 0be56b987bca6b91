using System.Net;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private const int MostRanges = 100; // An agency has a handful of servers; every call compares with each.

    /// <summary>gRPC gdx.identity.v1.ApiClients/SetCallerAddresses: from where a client may call; none means from anywhere. The adapter and the token endpoint refuse the rest.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> SetCallerAddresses(SetCallerAddressesRequest request, ServerCallContext context)
    {
        if (request.CallerAddresses.Count > MostRanges)
        {
            throw Problems.Invalid("caller_addresses", "must be at most 100");
        }

        List<string> ranges = [.. request.CallerAddresses.Select(Range).Distinct()];
        return ChangeAsync(request.ApiClientId, context, (client, _) => client.CallerAddresses = ranges);
    }

    /// <summary>One address, or a range whose bits after the prefix are zero: what means something else than it says is refused.</summary>
    private static string Range(string text)
    {
        var network = IPAddress.TryParse(text, out var single) && (single.ToString() == text || text.Contains(':', StringComparison.Ordinal))
            ? new IPNetwork(single, single.GetAddressBytes().Length * 8)
            // It zeroes the bits after the prefix, so what was written is compared.
            : text.Split('/') is [var first, _] && IPNetwork.TryParse(text, out var range) && IPAddress.Parse(first).Equals(range.BaseAddress) ? range
            : throw Problems.Invalid("caller_addresses", "must each be an IPv4 or IPv6 address, or a range such as 203.0.113.0/24 whose bits after the prefix are zero");
        return network.BaseAddress is { IsIPv4MappedToIPv6: true } or { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, ScopeId: not 0 }
            ? throw Problems.Invalid("caller_addresses", "must be plain IPv4 or IPv6 addresses")
            : network.ToString();
    }
}
