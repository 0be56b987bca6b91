using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Identity.Tests;

public sealed class WarnOfExpiryTests
{
    [Theory]
    [InlineData(31, null, null)]
    [InlineData(30, null, 30)]
    [InlineData(15, 30, null)]
    [InlineData(14, 30, 14)]
    [InlineData(7, 14, 7)]
    [InlineData(7, 7, null)]
    [InlineData(5, null, 7)]
    [InlineData(1, 30, 1)]
    [InlineData(1, 1, null)]
    [InlineData(0, 1, null)]
    [InlineData(-3, null, null)]
    public void A_warning_is_due_once_and_the_nearest_stands_for_those_that_were_missed(int daysLeft, int? warned, int? due)
    {
        var now = DateTimeOffset.UtcNow;

        Assert.Equal(due, WarnOfExpiry.Due(now, now.AddDays(daysLeft), warned));
    }

    [Fact]
    public async Task Each_warning_comes_exactly_once_from_two_replicas_and_a_later_expiry_begins_anew()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var first = new IdentityApp { Clock = clock };
        await first.InitializeAsync();
        await using var second = new IdentityApp { Clock = clock };
        foreach (var (key, value) in first.Settings)
        {
            second.Settings[key] = value;
        }

        await second.HealthyAsync();
        var client = await TestClient.InAsync(first);
        var never = await TestClient.InAsync(first);
        var maker = await first.AsAsync(IdentityApp.Maker);
        var end = clock.GetUtcNow().AddDays(31);
        await first.Clients.SetExpiryAsync(new() { ApiClientId = client.Id.ToString(), ExpiresAt = Timestamp.FromDateTimeOffset(end) }, maker);

        foreach (var (days, expected) in new[] { (1.5, 1), (16, 2), (7, 3), (6, 4) })
        {
            clock.Advance(TimeSpan.FromDays(days));
            await Eventually.True(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(61)); // Both replicas look again.
                return Warnings().Count == expected;
            }, $"warning {expected}");
        }

        Assert.Equal([30, 14, 7, 1], Warnings().Select(warning => warning.DaysLeft));
        Assert.All(Warnings(), warning => Assert.Equal((client.Id, client.Agency, end.ToUnixTimeSeconds()), (warning.ApiClientId, warning.AgencyId, warning.ExpiresAt.ToUnixTimeSeconds())));
        Assert.DoesNotContain(first.Told.OfType<ApiClientExpiring>(), warning => warning.ApiClientId == never.Id);

        List<ApiClientExpiring> Warnings() => [.. first.Told.OfType<ApiClientExpiring>().Where(warning => warning.ApiClientId == client.Id)];
    }
}
