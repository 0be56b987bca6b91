using Gdx.Notification.Data;

namespace Gdx.Notification.Tests;

public sealed class DeliveryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_waits_longer_after_each_failure_up_to_ten_minutes()
    {
        var delivery = New();
        var waits = Enumerable.Range(0, 12).Select(_ =>
        {
            delivery.Fail("away", Start);
            return (delivery.NextAttemptAt - Start).TotalSeconds;
        }).ToList();

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600], waits);
        Assert.Equal(DeliveryState.Waiting, delivery.State);
    }

    [Fact]
    public void It_is_parked_after_a_day_of_trying()
    {
        var delivery = New();

        delivery.Fail("away", Start.AddDays(1));
        Assert.Equal(DeliveryState.Waiting, delivery.State);
        delivery.Fail("away", Start.AddDays(1).AddSeconds(1));
        Assert.Equal(DeliveryState.Parked, delivery.State);
    }

    [Fact]
    public void A_mail_that_is_sent_again_has_another_day()
    {
        var delivery = New();
        delivery.Fail("away", Start.AddDays(2));

        var again = Start.AddDays(3);
        delivery.Resend(Guid.NewGuid(), again);
        Assert.Equal((DeliveryState.Waiting, again), (delivery.State, delivery.NextAttemptAt));
        delivery.Fail("away", again.AddHours(23));
        Assert.Equal(DeliveryState.Waiting, delivery.State);
        delivery.Fail("away", again.AddHours(25));
        Assert.Equal(DeliveryState.Parked, delivery.State);
    }

    private static Delivery New() => new() { Id = Guid.NewGuid(), CausedBy = Guid.NewGuid(), AboutId = Guid.NewGuid(), Recipient = "key-contact", Template = "consumer-key", CreatedAt = Start, TryingSince = Start, NextAttemptAt = Start };
}
