using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class VerificationClockTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task What_is_due_follows_the_calendar_as_it_is_now()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var application = await app.SubmitAsync();
        await HandedInAsync(application.Id, "2030-04-05T03:00:00Z"); // A Friday, far from what other tests look at.
        await app.Holidays.PutAsync(new() { Date = "2030-04-08", NameTh = "วันหยุดชดเชยวันจักรี", NameEn = "In lieu of Chakri Day" }, maker);

        var due = await DueAsync(application.Id);
        await app.Holidays.PutAsync(new() { Date = "2030-04-09", NameTh = "วันหยุดพิเศษ", NameEn = "Announced at short notice" }, maker);
        var later = await DueAsync(application.Id);
        await app.Holidays.RemoveAsync(new() { Date = "2030-04-09" }, maker);
        await app.Holidays.RemoveAsync(new() { Date = "2030-04-08" }, maker);
        var sooner = await DueAsync(application.Id);

        Assert.Equal(Midnight("2030-04-11"), due);
        Assert.Equal(Midnight("2030-04-12"), later);
        Assert.Equal(Midnight("2030-04-10"), sooner);
    }

    [Fact]
    public async Task What_is_overdue_is_flagged_filtered_and_comes_first_until_it_is_verified()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var (late, fresh, later) = (await app.SubmitAsync(), await app.SubmitAsync(), await app.SubmitAsync());
        await HandedInAsync(late.Id, "2024-01-02T03:00:00Z");
        await HandedInAsync(later.Id, "2024-01-03T03:00:00Z");

        var overdue = await AllAsync(new() { Overdue = true }, maker);
        var ordered = await AllAsync(new() { Order = ApplicationOrder.OverdueFirst, PageSize = 1 }, maker);
        var plain = await AllAsync(new() { PageSize = 2 }, maker);

        Assert.True((await app.Applications.GetAsync(new() { ApplicationId = late.Id }, maker)).Overdue);
        Assert.False((await app.Applications.GetAsync(new() { ApplicationId = fresh.Id }, maker)).Overdue);
        Assert.Equal([later.Id, late.Id], overdue.Where(one => one == late.Id || one == later.Id || one == fresh.Id));
        Assert.Equal([later.Id, late.Id], ordered.Take(2));
        Assert.Equal(plain.Order(), ordered.Order());
        Assert.Equal(ordered.Distinct(), ordered);
        await app.VerifyAsync(late.Id);
        Assert.Equal([later.Id], await AllAsync(new() { Overdue = true }, maker));
        Assert.False((await app.Applications.GetAsync(new() { ApplicationId = late.Id }, maker)).Overdue);
        Assert.Equal("order", (await Refusal.OfAsync(() => app.Applications.FindAsync(new() { Order = (ApplicationOrder)99 }, maker).ResponseAsync)).Field);
    }

    [Fact]
    public async Task The_fixed_holidays_of_this_year_and_the_next_come_with_the_program_and_what_is_taken_out_stays_out()
    {
        await using var first = new IdentityApp();
        await first.InitializeAsync();
        var maker = await first.AsAsync(IdentityApp.Maker);

        var year = (await first.Holidays.FindAsync(new() { Year = 2026 }, maker)).Holidays;
        await first.Holidays.RemoveAsync(new() { Date = "2026-12-07" }, maker);
        await first.Holidays.PutAsync(new() { Date = "2026-12-10", NameTh = "ชื่ออื่น", NameEn = "Another name" }, maker);
        await using var second = new IdentityApp();
        foreach (var (key, value) in first.Settings)
        {
            second.Settings[key] = value;
        }

        await second.HealthyAsync();
        var after = (await second.Holidays.FindAsync(new() { Year = 2026 }, await second.AsAsync(IdentityApp.Maker))).Holidays;

        Assert.Equal(year.Select(day => day.Date).Order(), year.Select(day => day.Date));
        Assert.Superset(new HashSet<string> { "2026-01-01", "2026-04-06", "2026-04-13", "2026-08-12", "2026-12-05", "2026-12-07", "2026-12-31" }, year.Select(day => day.Date).ToHashSet());
        Assert.Contains((await first.Holidays.FindAsync(new() { Year = 2027 }, maker)).Holidays, day => day is { Date: "2027-10-25" } && day.NameTh.StartsWith("ชดเชย", StringComparison.Ordinal));
        Assert.DoesNotContain(after, day => day.Date == "2026-12-07");
        Assert.Equal("Another name", after.Single(day => day.Date == "2026-12-10").NameEn);
    }

    [Fact]
    public async Task A_day_that_is_none_is_refused()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);

        foreach (var date in new[] { "", "2026-13-01", "2026-02-30", "26-01-01", "2569-01-01", "๒๐๒๖-๐๑-๐๑", "2026-01-01T00:00" })
        {
            Assert.Equal("date", (await Refusal.OfAsync(() => app.Holidays.PutAsync(new() { Date = date, NameTh = "ก", NameEn = "x" }, maker).ResponseAsync)).Field);
            Assert.Equal("date", (await Refusal.OfAsync(() => app.Holidays.RemoveAsync(new() { Date = date }, maker).ResponseAsync)).Field);
        }

        Assert.Equal("name_th", (await Refusal.OfAsync(() => app.Holidays.PutAsync(new() { Date = "2031-01-01", NameEn = "x" }, maker).ResponseAsync)).Field);
        Assert.Equal("year", (await Refusal.OfAsync(() => app.Holidays.FindAsync(new() { Year = 2569 }, maker).ResponseAsync)).Field);
        Assert.Equal(new(StatusCode.NotFound, "identity.holiday.unknown", ""), await Refusal.OfAsync(() => app.Holidays.RemoveAsync(new() { Date = "2031-01-02" }, maker).ResponseAsync));
    }

    private static DateTimeOffset Midnight(string day) => DateTimeOffset.Parse($"{day}T00:00:00+07:00", System.Globalization.CultureInfo.InvariantCulture);

    private async Task HandedInAsync(string application, string at) =>
        await app.SqlAsync<Guid>($"UPDATE applications SET submitted_at = '{at}' WHERE id = '{application}' RETURNING id");

    private async Task<DateTimeOffset> DueAsync(string application) => (await app.Applications.GetAsync(new() { ApplicationId = application }, await app.AsAsync(IdentityApp.Maker))).DueAt.ToDateTimeOffset();

    private async Task<List<string>> AllAsync(FindApplicationsRequest request, Metadata who)
    {
        var found = new List<string>();
        do
        {
            var page = await app.Applications.FindAsync(request, who);
            found.AddRange(page.Applications.Select(application => application.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return found;
    }
}
