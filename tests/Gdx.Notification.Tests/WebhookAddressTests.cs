using System.Net;
using Gdx.Notification.Features;

namespace Gdx.Notification.Tests;

public sealed class WebhookAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Addresses_that_are_nobodys_on_the_internet_are_not_called(string address) => Assert.False(WebhookAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("203.150.1.1")]
    [InlineData("2400:cb00::1")]
    [InlineData("2606:4700:4700::1111")]
    public void Public_addresses_may_be(string address) => Assert.True(WebhookAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_name_is_looked_at_when_the_connection_is_made_and_leads_nowhere_where_it_leads_here(string address)
    {
        await using var receiver = await Receiver.StartAsync();
        using var caller = new WebhookCaller((_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }), anyAddress: false, TimeSpan.FromSeconds(5));

        var outcome = await PostAsync(caller, receiver, "rebound.test");

        Assert.Equal("Not a public address", outcome);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_looked_at_so_that_a_second_answer_gains_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var asked = 0;
        using var caller = new WebhookCaller((_, _) => Task.FromResult(new[] { Interlocked.Increment(ref asked) == 1 ? IPAddress.Loopback : IPAddress.None }), anyAddress: true, TimeSpan.FromSeconds(5));

        Assert.Null(await PostAsync(caller, receiver, "rebound.test"));

        Assert.Equal(1, asked);
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task A_literal_address_needs_no_name_to_be_refused()
    {
        await using var receiver = await Receiver.StartAsync();
        using var caller = new WebhookCaller((_, _) => throw new InvalidOperationException("No name to resolve."), anyAddress: false, TimeSpan.FromSeconds(5));

        Assert.Equal("Not a public address", await PostAsync(caller, receiver, "127.0.0.1"));
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task In_development_this_machine_may_be_called()
    {
        await using var receiver = await Receiver.StartAsync();
        using var caller = new WebhookCaller((_, _) => Task.FromResult(new[] { IPAddress.Loopback }), anyAddress: true, TimeSpan.FromSeconds(5));

        Assert.Null(await PostAsync(caller, receiver, "here.test"));
        Assert.Single(receiver.Calls);
    }

    private static Task<string?> PostAsync(WebhookCaller caller, Receiver receiver, string host) =>
        caller.PostAsync(new UriBuilder(receiver.Url) { Host = host }.Uri, "msg_1", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "v1,x", "{}", CancellationToken.None);
}
