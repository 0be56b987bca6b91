using System.Globalization;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>Periods as letters name them (Thai days of the Buddhist calendar), and calls at their very ends, compared as a clerk would: by the digits of the Thai date and time.</summary>
public sealed class PeriodTests
{
    private static readonly int Instants = TestEnvironment.TestEnvironment.Full ? 1_000_000 : 100_000;
    private const int CallsPerPeriod = 50;
    private static readonly TimeSpan Thai = TimeSpan.FromHours(7);
    private static readonly ThaiBuddhistCalendar Calendar = new();
    private static readonly Guid Agency = Guid.CreateVersion7();

    /// <summary>Of what lets a call through only for a time; each alone, the others without end.</summary>
    private enum Bound
    {
        Grant,
        Purpose,
        Parent,
        Group,
        Recertification,
    }

    [Fact]
    public void No_instant_outside_a_period_is_allowed_and_every_one_inside_is()
    {
        var random = new Random(2569);
        var (inside, outside) = (0, 0);
        for (var i = 0; i < Instants / CallsPerPeriod; i++)
        {
            var (from, until) = (Midnight(random), Midnight(random));
            (from, until) = from < until ? (from, until) : (until, from);
            var bound = (Bound)random.Next(5);
            var snapshot = World(bound, from, until);
            for (var call = 0; call < CallsPerPeriod; call++)
            {
                var at = Near(random, random.Next(2) == 0 ? from : until);
                // Recertification has only an end.
                var expected = (bound == Bound.Recertification || string.CompareOrdinal(Digits(at), Digits(from)) >= 0) && string.CompareOrdinal(Digits(at), Digits(until)) < 0;
                var decision = Decide.Evaluate(snapshot, new(Agency, "dopa.person", "1", "tax.audit", bound == Bound.Group ? Channel.Web : Channel.Api, at) { Officer = bound == Bound.Group ? Agency : null });
                Assert.True(decision.IsAllowed == expected, $"{bound} from {Digits(from)} until {Digits(until)} at {Digits(at)}: {decision.Reason}");
                (inside, outside) = expected ? (inside + 1, outside) : (inside, outside + 1);
            }
        }

        Assert.True(inside > Instants / 5 && outside > Instants / 5, $"{inside} inside, {outside} outside");
    }

    /// <summary>The first moment of a Thai day: ends of months and years, leap days and their neighbours more often than others.</summary>
    private static DateTimeOffset Midnight(Random random)
    {
        var year = random.Next(2560, 2600); // Buddhist; leap years are those divisible by four after 543 are taken off.
        var day = random.Next(4) switch
        {
            0 => new DateTime(year, random.Next(1, 13), 1, Calendar), // What ends with a month ends when the next begins.
            1 => new DateTime(year, 2, Calendar.GetDaysInMonth(year, 2), Calendar),
            2 => new DateTime(year, 12, 31, Calendar),
            _ => new DateTime(year, 1, 1, Calendar).AddDays(random.Next(366)),
        };
        return new(day, Thai);
    }

    private static DateTimeOffset Near(Random random, DateTimeOffset end)
    {
        var distance = random.Next(6) switch
        {
            0 => 0,
            1 => 1,
            2 => TimeSpan.TicksPerSecond,
            3 => random.NextInt64(TimeSpan.TicksPerMinute),
            4 => TimeSpan.TicksPerHour * 7, // Where somebody took Thai time for UTC.
            _ => random.NextInt64(TimeSpan.TicksPerDay * 2),
        };
        return end.AddTicks(random.Next(2) == 0 ? distance : -distance).ToOffset(TimeSpan.FromMinutes(random.Next(-12 * 4, 14 * 4) * 15));
    }

    private static string Digits(DateTimeOffset instant)
    {
        var there = new DateTime(instant.UtcTicks + Thai.Ticks);
        return string.Create(CultureInfo.InvariantCulture, $"{Calendar.GetYear(there):0000}{Calendar.GetMonth(there):00}{Calendar.GetDayOfMonth(there):00}{there:HHmmssfffffff}");
    }

    private static Snapshot World(Bound bound, DateTimeOffset from, DateTimeOffset until)
    {
        var (first, last) = (new DateTimeOffset(2000, 1, 1, 0, 0, 0, Thai), new DateTimeOffset(2200, 1, 1, 0, 0, 0, Thai));
        var parent = Grant(Guid.CreateVersion7(), bound == Bound.Parent ? (from, until) : (first, last)) with { AgencyId = Guid.CreateVersion7() };
        var grant = Grant(Guid.CreateVersion7(), bound == Bound.Grant ? (from, until) : (first, last)) with
        {
            ParentId = parent.Id,
            RecertifyBy = bound == Bound.Recertification ? until : null,
            Purposes = [bound == Bound.Purpose ? new("tax.audit") { ValidFrom = from, ValidUntil = until } : new("tax.audit")],
        };
        return Snapshot.Empty.With(parent).With(grant).With(new OfficerGroup
        {
            Id = Guid.CreateVersion7(),
            Revision = 1,
            AgencyId = Agency,
            Active = true,
            Rights = [new(grant.Id, ["firstName"], ["tax.audit"])],
            OfficerIds = [Agency],
            ValidFrom = bound == Bound.Group ? from : first,
            ValidUntil = bound == Bound.Group ? until : last,
            CallsPerOfficerAndDay = 150,
        });
    }

    private static Grant Grant(Guid id, (DateTimeOffset From, DateTimeOffset Until) period) => new()
    {
        Id = id,
        Revision = 1,
        State = GrantState.Active,
        AgencyId = Agency,
        DatasetId = "dopa.person",
        Version = "1",
        Fields = ["firstName"],
        Purposes = [new("tax.audit")],
        Channels = [Channel.Api, Channel.Web],
        ValidFrom = period.From,
        ValidUntil = period.Until,
    };
}
