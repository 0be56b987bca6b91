using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

/// <summary>What a letter on paper says beyond fields and purposes.</summary>
public sealed class RecordTermsTests(EntitlementApp app)
{
    [Fact]
    public async Task A_letter_that_says_no_more_gets_the_default_budget_and_no_conditions()
    {
        var grant = await app.GrantAsync();

        Assert.Equal(new Budget { CallsPerSecond = 20, CallsPerDay = 50_000, PersonsPerDay = 20_000, CallsPerOfficerAndDay = 10_000, PersonsPerOfficerAndDay = 10_000 }, grant.Budget);
        Assert.Equal((GrantState.Active, false, 0), (grant.State, grant.OfficersManaged, grant.PurposeTerms.Count));
    }

    [Fact]
    public async Task Budget_officers_and_terms_go_from_the_letter_into_the_grant()
    {
        var letter = app.Letter();
        letter.Purposes.Add("tax.audit");
        letter.OfficersManaged = true;
        letter.Budget = new() { CallsPerSecond = 1, CallsPerDay = 10_000_000, PersonsPerDay = 2, CallsPerOfficerAndDay = 10_000, PersonsPerOfficerAndDay = 3 };
        var until = letter.ValidFrom.ToDateTimeOffset().AddDays(30);
        letter.PurposeTerms.Add(new PurposeTerms { Code = "tax.audit", NameTh = " ตรวจสอบภาษี ", NameEn = "Tax audit", CaseRequired = true, ValidUntil = until.ToTimestamp() });

        var recorded = await app.RecordAsync(letter);
        var grant = await app.GrantAsync(letter);

        Assert.Equal((letter.Budget, true), (grant.Budget, grant.OfficersManaged));
        Assert.Equal(["welfare.eligibility", "tax.audit"], grant.PurposeTerms.Select(terms => terms.Code));
        Assert.Equal(("welfare.eligibility", "welfare.eligibility", false, null), (grant.PurposeTerms[0].NameTh, grant.PurposeTerms[0].NameEn, grant.PurposeTerms[0].CaseRequired, grant.PurposeTerms[0].ValidUntil));
        Assert.Equal(("ตรวจสอบภาษี", "Tax audit", true, until.ToUnixTimeSeconds()), (grant.PurposeTerms[1].NameTh, grant.PurposeTerms[1].NameEn, grant.PurposeTerms[1].CaseRequired, grant.PurposeTerms[1].ValidUntil.Seconds));
        Assert.Equal(GrantState.Conditional, grant.State);
        Assert.Equal((grant.Budget, grant.OfficersManaged, ""), (recorded.Budget, recorded.OfficersManaged, recorded.OwnerAgencyId));
        Assert.Equal(grant.PurposeTerms, recorded.PurposeTerms);
        await using var watcher = app.Watch();
        Assert.Equal(grant, await watcher.SawAsync(grant.Id, GrantState.Conditional));
    }

    [Theory]
    [InlineData("2027-09-30T17:00:00Z")] // Midnight after 30 September 2570, the end of the Thai budget year.
    [InlineData("2028-02-28T16:59:59Z")] // The last second of 28 February 2571 in Thailand; the 29th follows.
    [InlineData("2028-02-29T16:59:59Z")]
    [InlineData("2028-02-29T17:00:00Z")]
    [InlineData("2027-12-31T17:00:00Z")] // Midnight at which 2571 begins.
    public async Task An_end_is_exact_to_the_second(string end)
    {
        var letter = app.Letter();
        letter.ValidUntil = DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture).ToTimestamp();
        letter.ValidUntil.Nanos = 999_999_999;

        var grant = await app.GrantAsync(letter);

        Assert.Equal(new Timestamp { Seconds = letter.ValidUntil.Seconds }, grant.ValidUntil);
    }

    [Fact]
    public async Task Five_years_are_counted_on_the_Thai_calendar()
    {
        var letter = app.Letter();
        letter.ValidFrom = new Timestamp { Seconds = DateTimeOffset.Parse("2024-02-29T17:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() }; // 1 March 2567 in Thailand.
        letter.ValidUntil = new Timestamp { Seconds = DateTimeOffset.Parse("2029-02-28T17:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() }; // 1 March 2572.

        Assert.Equal(letter.ValidUntil, (await app.RecordAsync(letter)).ValidUntil);
        letter.ValidUntil.Seconds++;
        letter.RequestId = Guid.CreateVersion7().ToString();
        Assert.Equal("valid_until", (await Refusal.OfAsync(() => app.RecordAsync(letter))).Field);
    }

    [Fact]
    public async Task Bad_terms_are_refused_with_the_name_of_the_field()
    {
        foreach (var (field, change) in new (string, Action<RecordPermissionRequest>)[]
        {
            ("budget.calls_per_second", letter => letter.Budget.CallsPerSecond = 0),
            ("budget.calls_per_second", letter => letter.Budget.CallsPerSecond = 20_001),
            ("budget.calls_per_day", letter => letter.Budget.CallsPerDay = -1),
            ("budget.calls_per_day", letter => letter.Budget.CallsPerDay = 10_000_001),
            ("budget.persons_per_day", letter => letter.Budget.PersonsPerDay = 0),
            ("budget.calls_per_officer_and_day", letter => letter.Budget.CallsPerOfficerAndDay = 10_001),
            ("budget.persons_per_officer_and_day", letter => letter.Budget.PersonsPerOfficerAndDay = 0),
            ("purpose_terms", letter => letter.PurposeTerms[0].Code = "tax.audit"),
            ("purpose_terms", letter => letter.PurposeTerms.Add(letter.PurposeTerms[0].Clone())),
            ("purpose_terms.name_th", letter => letter.PurposeTerms[0].NameTh = " "),
            ("purpose_terms.name_en", letter => letter.PurposeTerms[0].NameEn = "a\nb"),
            ("purpose_terms.valid_from", letter => letter.PurposeTerms[0].ValidFrom = new Timestamp { Seconds = long.MinValue }),
            ("purpose_terms.valid_until", letter => letter.PurposeTerms[0].ValidUntil = new Timestamp { Seconds = letter.ValidUntil.Seconds + 1 }),
            ("purpose_terms.valid_until", letter => letter.PurposeTerms[0].ValidFrom = new Timestamp { Seconds = letter.ValidFrom.Seconds - 1 }),
            ("purpose_terms.valid_until", letter => letter.PurposeTerms[0].ValidFrom = letter.PurposeTerms[0].ValidUntil = new Timestamp { Seconds = letter.ValidFrom.Seconds + 1 }),
        })
        {
            var letter = app.Letter();
            letter.Budget = new() { CallsPerSecond = 1, CallsPerDay = 1, PersonsPerDay = 1, CallsPerOfficerAndDay = 1, PersonsPerOfficerAndDay = 1 };
            letter.PurposeTerms.Add(new PurposeTerms { Code = "welfare.eligibility", NameTh = "สิทธิ", NameEn = "Eligibility" });
            change(letter);
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.RecordAsync(letter)));
        }
    }
}
