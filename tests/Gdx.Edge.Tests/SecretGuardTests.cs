using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Edge.Tests;

public sealed class SecretGuardTests
{
    private static readonly Guid Key = Guid.NewGuid();
    private static readonly IPAddress Guesser = IPAddress.Parse("198.51.100.1");
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void After_five_wrong_ones_each_waits_twice_as_long_up_to_five_minutes()
    {
        var guard = new SecretGuard(clock);
        List<double> waits = [];
        for (var guess = 0; guess < 17; guess++)
        {
            Assert.Equal(TimeSpan.Zero, guard.Wrong(Key, Guesser));
            var wait = guard.WaitFor(Key, Guesser);
            waits.Add(wait.TotalSeconds);
            if (wait > TimeSpan.Zero)
            {
                Assert.Equal(wait, guard.Wrong(Key, Guesser)); // One that comes too early is told so and changes nothing.
                Assert.Equal(wait, guard.WaitFor(Key, Guesser));
            }

            clock.Advance(wait);
        }

        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], waits);
    }

    [Fact]
    public void Nobody_else_waits_for_the_key_and_the_guesser_for_no_other()
    {
        var guard = new SecretGuard(clock);
        Guess(guard, Key, Guesser, 20);

        Assert.True(guard.WaitFor(Key, Guesser) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(Key, IPAddress.Parse("198.51.100.2")));
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(Guid.NewGuid(), Guesser));
    }

    [Fact]
    public void Who_tries_many_keys_waits_for_all_but_those_that_were_right()
    {
        var guard = new SecretGuard(clock);
        var own = Guid.NewGuid();
        guard.Right(own, Guesser);
        for (var number = 0; number < 60; number++)
        {
            guard.Wrong(Guid.NewGuid(), Guesser);
        }

        Assert.True(guard.WaitFor(Guid.NewGuid(), Guesser) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(own, Guesser));
        Guess(guard, own, Guesser, 100);
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(own, Guesser));
    }

    [Fact]
    public void The_right_secret_forgives_and_an_hour_forgets()
    {
        var guard = new SecretGuard(clock);
        Guess(guard, Key, Guesser, 10);
        guard.Right(Key, Guesser);
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(Key, Guesser));

        var other = IPAddress.Parse("198.51.100.3");
        Guess(guard, Key, other, 6);
        clock.Advance(TimeSpan.FromMinutes(61));
        guard.Wrong(Key, other);
        Assert.Equal(TimeSpan.Zero, guard.WaitFor(Key, other));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("198.51.100.1", "::ffff:198.51.100.1", true)]
    public void One_network_of_IPv6_is_one_caller(string one, string other, bool same)
    {
        var guard = new SecretGuard(clock);
        Guess(guard, Key, IPAddress.Parse(one), 10);

        Assert.Equal(same, guard.WaitFor(Key, IPAddress.Parse(other)) > TimeSpan.Zero);
    }

    private static void Guess(SecretGuard guard, Guid key, IPAddress address, int times)
    {
        for (var guess = 0; guess < times; guess++)
        {
            guard.Wrong(key, address);
        }
    }
}
