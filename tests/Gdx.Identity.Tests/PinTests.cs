using System.Diagnostics.Metrics;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

public sealed class PinTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private const string Good = "2580";
    private const string Wrong = "2581";

    [Fact]
    public async Task From_the_registrars_desk_to_a_step_up_of_fifteen_minutes()
    {
        var (registrar, officer) = (await RegistrarAsync(), await OfficerAsync());

        var setup = await IssueAsync(registrar, officer);
        await app.Pins.SetAsync(new() { Code = setup.Code, Pin = Good }, officer.Metadata);
        var state = (await app.People.GetAsync(new(), officer.Metadata)).PinState;
        var before = await StepUpAsync(officer);
        var opened = (await CheckAsync(officer, Good)).StepUpUntil.ToDateTimeOffset();

        Assert.Matches("^[2-9A-HJKMNP-Z]{8}$", setup.Code);
        Assert.Equal(officer.Person.ToString(), setup.PersonId);
        Assert.InRange(setup.ExpiresAt.ToDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        Assert.Equal((PinState.Set, ""), (state, before));
        Assert.InRange(opened - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.NotEmpty(await StepUpAsync(officer));
        Assert.Equal($"{registrar.Person} {registrar.Agency}", await app.SqlAsync<string>($"SELECT issued_by || ' ' || issued_at_agency FROM pin_setups WHERE person_id = '{officer.Person}' AND used_at IS NOT NULL"));
        await Eventually.True(() => app.Told.OfType<PinSet>().Any(told => told.PersonId == officer.Person), "the PIN on the bus");
    }

    [Fact]
    public async Task A_step_up_opens_the_callers_own_session_and_no_other()
    {
        var officer = await WithPinAsync();
        var other = Guid.NewGuid();
        await app.SqlAsync<Guid>($"INSERT INTO sessions SELECT (jsonb_populate_record(s, jsonb_build_object('id', '{other}'))).* FROM sessions s WHERE id = '{officer.Session}' RETURNING id");

        await CheckAsync(officer, Good);

        Assert.Equal(("", true), (await StepUpAsync(officer with { Session = other }), (await StepUpAsync(officer)).Length > 0));
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("4321")]
    [InlineData("7890")]
    [InlineData("0987")]
    [InlineData("9012")]
    [InlineData("1111")]
    [InlineData("0000")]
    [InlineData("2530")]
    [InlineData("1987")]
    [InlineData("")]
    [InlineData("258")]
    [InlineData("25800")]
    [InlineData("๒๕๘๐")]
    [InlineData("25 8")]
    [InlineData("-258")]
    public async Task A_pin_that_is_easily_guessed_or_none_is_refused(string pin)
    {
        var officer = await WithPinAsync(birthYear: 2530);
        var setup = await IssueAsync(await RegistrarAsync(), officer);

        Assert.Equal("pin", (await Refusal.OfAsync(async () => await app.Pins.SetAsync(new() { Code = setup.Code, Pin = pin }, officer.Metadata))).Field);
        Assert.Equal("new_pin", (await Refusal.OfAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = Good, NewPin = pin }, officer.Metadata))).Field);
        await app.Pins.SetAsync(new() { Code = setup.Code, Pin = "1357" }, officer.Metadata);
    }

    [Fact]
    public void What_is_weak_is_weak_and_the_rest_is_not()
    {
        var weak = Enumerable.Range(0, 10_000).Select(n => n.ToString("0000", null)).Where(pin => PinRules.Weakness(pin, 2530) is not null).ToList();

        Assert.Equal(10 + 10 + 10 + 2, weak.Count);
        Assert.DoesNotContain("1212", weak);
        Assert.Null(PinRules.Weakness("2530", null));
    }

    [Fact]
    public async Task A_code_works_once_for_its_person_until_the_next_one_or_a_day()
    {
        var (registrar, officer, other) = (await RegistrarAsync(), await OfficerAsync(), await OfficerAsync());
        var first = await IssueAsync(registrar, officer);
        var second = await IssueAsync(registrar, officer);

        Assert.Equal("identity.pin.code_refused", await SetCodeAsync(other, second.Code));
        Assert.Equal("identity.pin.code_refused", await SetCodeAsync(officer, first.Code));
        Assert.Equal("", await SetCodeAsync(officer, $" {second.Code[..4].ToLowerInvariant()}-{second.Code[4..]} "));
        Assert.Equal("identity.pin.code_refused", await SetCodeAsync(officer, second.Code));
        var old = await IssueAsync(registrar, officer);
        await app.SqlAsync<Guid>($"UPDATE pin_setups SET expires_at = now() WHERE person_id = '{officer.Person}' AND closed_at IS NULL RETURNING id");
        Assert.Equal("identity.pin.code_refused", await SetCodeAsync(officer, old.Code));
    }

    [Fact]
    public async Task Five_wrong_codes_kill_the_right_one_also_when_guessed_at_once()
    {
        await using var busy = await BusyAppAsync();
        var tests = new PinTests(busy);
        var officer = await tests.OfficerAsync();
        var setup = await tests.IssueAsync(await tests.RegistrarAsync(), officer);
        var wrong = setup.Code[..7] + (setup.Code[7] == '2' ? '3' : '2');

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tests.SetCodeAsync(officer, wrong)));

        Assert.Equal(5, await busy.SqlAsync<int>($"SELECT wrong_tries FROM pin_setups WHERE person_id = '{officer.Person}' AND closed_at IS NOT NULL"));
        Assert.Equal("identity.pin.code_refused", await tests.SetCodeAsync(officer, setup.Code));
        Assert.Equal(0L, await busy.SqlAsync<long>($"SELECT count(*) FROM pins WHERE person_id = '{officer.Person}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ABCDEFG")]
    [InlineData("ABCDEFGHJ")]
    [InlineData("ABCDEFG0")]
    [InlineData("ABCDEFGI")]
    [InlineData("ก2345678")]
    public async Task What_is_no_code_is_refused_without_counting(string code)
    {
        var officer = await OfficerAsync();

        Assert.Equal("code", (await Refusal.OfAsync(async () => await app.Pins.SetAsync(new() { Code = code, Pin = Good }, officer.Metadata))).Field);
    }

    [Fact]
    public async Task A_registrar_issues_to_verified_people_only_and_never_to_themself()
    {
        var (registrar, stranger, unverified) = (await RegistrarAsync(), await SignedIn.AnyoneAsync(app, verified: false), await OfficerAsync());
        await app.SqlAsync<Guid>($"UPDATE people SET citizen_verified_at = NULL WHERE id = '{unverified.Person}' RETURNING id");

        Assert.Equal("identity.person.own", await CodeAsync(() => IssueAsync(registrar, registrar)));
        Assert.Equal("identity.person.unknown", await CodeAsync(() => IssueAsync(registrar, stranger)));
        Assert.Equal("identity.person.unverified", await CodeAsync(() => IssueAsync(registrar, unverified)));
        await app.SqlAsync<string>($"UPDATE memberships SET state = 'Suspended' WHERE id = '{registrar.Membership}' RETURNING state");
        Assert.Equal("caller.forbidden", await CodeAsync(async () => await IssueAsync(registrar, await OfficerAsync())));
        Assert.Equal("caller.forbidden", await CodeAsync(async () => await app.Pins.UnlockAsync(new() { CitizenId = unverified.Citizen.Value }, registrar.Metadata)));
    }

    [Fact]
    public async Task A_registrar_gives_the_year_of_birth_where_no_provider_told_it_and_cannot_change_it()
    {
        var (registrar, officer) = (await RegistrarAsync(), await OfficerAsync());

        foreach (var year in new[] { 0, -1, 1987, 2400, 2999 })
        {
            Assert.Equal("birth_year", (await Refusal.OfAsync(() => IssueAsync(registrar, officer, year))).Field);
        }

        await IssueAsync(registrar, officer, 2530);
        await IssueAsync(registrar, officer, 2531);
        await IssueAsync(registrar, officer, 0);
        Assert.Equal(2530, await app.SqlAsync<int>($"SELECT birth_year FROM people WHERE id = '{officer.Person}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9000000000000")]
    [InlineData("90000000001")]
    [InlineData("๙๐๐๐๐๐๐๐๐๐๐๐๑")]
    public async Task What_is_no_citizen_number_is_refused_and_not_repeated(string citizen)
    {
        var registrar = await RegistrarAsync();

        foreach (var call in new Func<Task>[]
        {
            async () => await app.Pins.IssueSetupAsync(new() { CitizenId = citizen, BirthYear = 2530 }, registrar.Metadata),
            async () => await app.Pins.UnlockAsync(new() { CitizenId = citizen }, registrar.Metadata),
            async () => await app.People.VerifyCitizenAsync(new() { PersonId = Guid.NewGuid().ToString(), CitizenId = citizen }, registrar.Metadata),
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal("citizen_id", refused.Field());
            Assert.True(citizen.Length == 0 || !refused.ToString().Contains(citizen, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Three_wrong_in_a_row_lock_until_a_registrar_unlocks()
    {
        var (registrar, officer) = (await RegistrarAsync(), await WithPinAsync());

        Assert.Equal(["identity.pin.wrong", "identity.pin.wrong", ""], [await TryAsync(officer, Wrong), await TryAsync(officer, Wrong), await TryAsync(officer, Good)]);
        Assert.Equal("identity.pin.not_locked", await CodeAsync(async () => await app.Pins.UnlockAsync(new() { CitizenId = officer.Citizen.Value }, registrar.Metadata)));
        Assert.Equal(["identity.pin.wrong", "identity.pin.wrong", "identity.pin.wrong"], [await TryAsync(officer, Wrong), await TryAsync(officer, Wrong), await TryAsync(officer, Wrong)]);
        Assert.Equal(("identity.pin.locked", PinState.Locked), (await TryAsync(officer, Good), (await app.People.GetAsync(new(), officer.Metadata)).PinState));
        await app.Pins.UnlockAsync(new() { CitizenId = officer.Citizen.Value }, registrar.Metadata);
        Assert.Equal("", await TryAsync(officer, Good));

        await Eventually.True(() => app.Told.OfType<PinLocked>().Any(told => told.PersonId == officer.Person), "the lock on the bus");
        Assert.Single(app.Told.OfType<PinLocked>(), told => told.PersonId == officer.Person);
        Assert.Equal($"{registrar.Person} {registrar.Agency}", await app.SqlAsync<string>($"SELECT unlocked_by || ' ' || unlocked_at_agency FROM pin_unlocks WHERE person_id = '{officer.Person}'"));
    }

    [Fact]
    public async Task No_registrar_unlocks_themself()
    {
        var (registrar, colleague) = (await RegistrarAsync(), await RegistrarAsync());
        var setup = await IssueAsync(colleague, registrar);
        await app.Pins.SetAsync(new() { Code = setup.Code, Pin = Good }, registrar.Metadata);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await TryAsync(registrar, Wrong);
        }

        Assert.Equal("identity.person.own", await CodeAsync(async () => await app.Pins.UnlockAsync(new() { CitizenId = registrar.Citizen.Value }, registrar.Metadata)));
        await app.Pins.UnlockAsync(new() { CitizenId = registrar.Citizen.Value }, colleague.Metadata);
    }

    [Fact]
    public async Task A_code_from_before_the_lock_does_not_unlock_and_one_from_after_does()
    {
        var (registrar, officer) = (await RegistrarAsync(), await WithPinAsync());
        var before = await IssueAsync(registrar, officer);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await TryAsync(officer, Wrong);
        }

        Assert.Equal(("identity.pin.code_refused", "identity.pin.locked"), (await SetCodeAsync(officer, before.Code), await TryAsync(officer, Good)));
        Assert.Equal(("", ""), (await SetCodeAsync(officer, (await IssueAsync(registrar, officer)).Code, "1357"), await TryAsync(officer, "1357")));
    }

    [Fact]
    public async Task Sixty_four_guesses_at_once_are_three()
    {
        await using var busy = await BusyAppAsync();
        var tests = new PinTests(busy);
        var officer = await tests.WithPinAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => tests.TryAsync(officer, Wrong)));

        Assert.Equal(3, outcomes.Count(outcome => outcome == "identity.pin.wrong"));
        Assert.Equal(61, outcomes.Count(outcome => outcome == "identity.pin.locked"));
        Assert.Equal("identity.pin.locked", await tests.TryAsync(officer, Good));
        Assert.Equal(3, await busy.SqlAsync<int>($"SELECT wrong_tries FROM pins WHERE person_id = '{officer.Person}'"));
        await Eventually.True(() => busy.Told.OfType<PinLocked>().Any(), "the lock on the bus");
        Assert.Single(busy.Told.OfType<PinLocked>());
    }

    [Fact]
    public async Task Changing_it_wants_the_old_one_and_counts_wrong_ones()
    {
        var officer = await WithPinAsync();

        await app.Pins.ChangeAsync(new() { OldPin = Good, NewPin = "1357" }, officer.Metadata);
        Assert.Equal(("identity.pin.wrong", ""), (await TryAsync(officer, Good), await TryAsync(officer, "1357")));
        Assert.Equal("new_pin", (await Refusal.OfAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = "1357", NewPin = "1357" }, officer.Metadata))).Field);
        Assert.Equal("old_pin", (await Refusal.OfAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = "x", NewPin = "1357" }, officer.Metadata))).Field);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal("identity.pin.wrong", await CodeAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = Wrong, NewPin = Good }, officer.Metadata)));
        }

        Assert.Equal("identity.pin.locked", await CodeAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = "1357", NewPin = Good }, officer.Metadata)));
    }

    [Fact]
    public async Task A_pin_opens_nothing_for_who_may_not_work_now()
    {
        foreach (var sql in new[]
        {
            "UPDATE memberships SET state = 'Suspended' WHERE id = '{1}' RETURNING id",
            "UPDATE sessions SET ended_at = now(), ended_because = 'signed-out' WHERE id = '{2}' RETURNING id",
            "UPDATE sessions SET membership_id = NULL WHERE id = '{2}' RETURNING id",
            "UPDATE agencies SET state = 'Suspended' WHERE id = '{3}' RETURNING id",
            "UPDATE people SET citizen_verified_at = NULL WHERE id = '{0}' RETURNING id",
        })
        {
            var officer = await WithPinAsync();
            await app.SqlAsync<Guid>(string.Format(null, sql, officer.Person, officer.Membership, officer.Session, officer.Agency));

            var refusal = sql.Contains("ended_at", StringComparison.Ordinal) ? "Unauthenticated" : "identity.pin.not_now"; // An ended session does not get as far.
            Assert.Equal((refusal, ""), (await TryAsync(officer, Good), await StepUpAsync(officer)));
            Assert.Equal(refusal, await OutcomeAsync(async () => await app.Pins.ChangeAsync(new() { OldPin = Good, NewPin = "1357" }, officer.Metadata)));
        }

        Assert.Equal("identity.pin.not_now", await TryAsync(await SignedIn.AnyoneAsync(app), Good));
    }

    [Fact]
    public async Task One_person_tries_ten_times_a_minute()
    {
        var (officer, other) = (await OfficerAsync(), await OfficerAsync());
        foreach (var _ in Enumerable.Range(0, 10))
        {
            Assert.Equal("identity.pin.wrong", await TryAsync(officer, Good));
        }

        Assert.Equal(["caller.too_many_requests", "caller.too_many_requests", "identity.pin.wrong"], [await TryAsync(officer, Good), await SetCodeAsync(officer, "ABCDEFGH"), await TryAsync(other, Good)]);
    }

    [Fact]
    public async Task Whatever_comes_of_a_try_one_hash_is_made()
    {
        await using var own = new IdentityApp();
        await own.InitializeAsync();
        var tests = new PinTests(own);
        var (right, locked, suspended, none) = (await tests.WithPinAsync(), await tests.WithPinAsync(), await tests.WithPinAsync(), await tests.OfficerAsync());
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await tests.TryAsync(locked, Wrong);
        }

        await own.SqlAsync<string>($"UPDATE memberships SET state = 'Suspended' WHERE id = '{suspended.Membership}' RETURNING state");
        var (hashes, scope) = (0, own.Services.GetRequiredService<IMeterFactory>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "gdx.pin.hash.duration" && instrument.Meter.Scope == scope)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref hashes));
        listener.Start();

        foreach (var (who, pin, outcome) in new[] { (right, Good, ""), (right, Wrong, "identity.pin.wrong"), (locked, Good, "identity.pin.locked"), (locked, Wrong, "identity.pin.locked"), (suspended, Good, "identity.pin.not_now"), (none, Good, "identity.pin.wrong") })
        {
            var before = hashes;
            Assert.Equal((outcome, 1), (await tests.TryAsync(who, pin), hashes - before));
        }

        foreach (var who in new[] { right, none })
        {
            var before = hashes;
            Assert.Equal(("identity.pin.code_refused", 1), (await tests.SetCodeAsync(who, "ABCDEFGH"), hashes - before));
        }
    }

    [Fact]
    public async Task A_pepper_is_needed_and_rotates_without_losing_a_pin()
    {
        await using var first = new IdentityApp();
        await first.InitializeAsync();
        var officer = await new PinTests(first).WithPinAsync();
        var kept = await first.SqlAsync<string>($"SELECT pepper_id || ' ' || encode(hash, 'hex') FROM pins WHERE person_id = '{officer.Person}'");

        await using var thief = await BesideAsync(first, ("Gdx:PinPepper", "another-pepper-of-the-tests-0123456789"));
        Assert.Equal("identity.pin.wrong", await new PinTests(thief).TryAsync(officer, Good));

        await using var second = await BesideAsync(
            first, ("Gdx:PinPepper", "another-pepper-of-the-tests-0123456789"), ("Gdx:PinPepperId", "2"), ("Gdx:PinPeppers:1", first.Settings["Gdx:PinPepper"]!));
        Assert.Equal("", await new PinTests(second).TryAsync(officer, Good));
        var moved = await first.SqlAsync<string>($"SELECT pepper_id || ' ' || encode(hash, 'hex') FROM pins WHERE person_id = '{officer.Person}'");

        await using var third = await BesideAsync(first, ("Gdx:PinPepper", "another-pepper-of-the-tests-0123456789"), ("Gdx:PinPepperId", "2"));
        Assert.Equal("", await new PinTests(third).TryAsync(officer, Good));
        Assert.Equal(("1", "2"), (kept[..1], moved[..1]));
        Assert.NotEqual(kept[2..], moved[2..]);
    }

    [Fact]
    public async Task No_hash_fits_another_person()
    {
        var (one, two) = (await WithPinAsync(), await WithPinAsync("1357"));
        await app.SqlAsync<Guid>($"UPDATE pins SET (salt, hash) = (SELECT salt, hash FROM pins WHERE person_id = '{one.Person}') WHERE person_id = '{two.Person}' RETURNING person_id");

        Assert.Equal(("", "identity.pin.wrong"), (await TryAsync(one, Good), await TryAsync(two, Good)));
    }

    [Fact]
    public async Task Neither_code_nor_number_nor_pepper_is_written_down()
    {
        var officer = await OfficerAsync();
        var setup = await IssueAsync(await RegistrarAsync(), officer);
        await app.Pins.SetAsync(new() { Code = setup.Code, Pin = Good }, officer.Metadata);
        await Eventually.True(() => app.Told.OfType<PinSet>().Any(told => told.PersonId == officer.Person), "the PIN on the bus");

        var written = await app.AllRowsAsync() + string.Join('\n', app.Logs) + string.Join('\n', app.ToldRaw);

        Assert.Contains(officer.Person.ToString(), written, StringComparison.Ordinal);
        foreach (var canary in new[] { setup.Code, officer.Citizen.Value, app.Settings["Gdx:PinPepper"]! })
        {
            Assert.DoesNotContain(canary, written, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(canary)), written, StringComparison.Ordinal);
        }
    }

    /// <summary>One where a person may try as often as a machine can.</summary>
    private static async Task<IdentityApp> BusyAppAsync()
    {
        var busy = new IdentityApp();
        busy.Settings["Gdx:PinTriesAMinute"] = "1000";
        await busy.InitializeAsync();
        return busy;
    }

    /// <summary>Another instance on the same database.</summary>
    private static async Task<IdentityApp> BesideAsync(IdentityApp first, params (string Key, string Value)[] settings)
    {
        var app = new IdentityApp();
        app.Settings["ConnectionStrings:identity-db"] = first.ConnectionString;
        foreach (var (key, value) in settings)
        {
            app.Settings[key] = value;
        }

        await app.InitializeAsync();
        return app;
    }

    private async Task<SignedIn> RegistrarAsync() => await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Registrar);

    private async Task<SignedIn> OfficerAsync() => await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Officer);

    private async Task<SignedIn> WithPinAsync(string pin = Good, int birthYear = 2525)
    {
        var (registrar, officer) = (await RegistrarAsync(), await OfficerAsync());
        var setup = await IssueAsync(registrar, officer, birthYear);
        await app.Pins.SetAsync(new() { Code = setup.Code, Pin = pin }, officer.Metadata);
        return officer;
    }

    private async Task<PinSetup> IssueAsync(SignedIn registrar, SignedIn person, int birthYear = 2525) =>
        await app.Pins.IssueSetupAsync(new() { CitizenId = person.Citizen.Value, BirthYear = birthYear }, registrar.Metadata);

    private async Task<CheckPinReply> CheckAsync(SignedIn person, string pin) => await app.Pins.CheckAsync(new() { Pin = pin }, person.Metadata);

    private Task<string> TryAsync(SignedIn person, string pin) => OutcomeAsync(() => CheckAsync(person, pin));

    private Task<string> SetCodeAsync(SignedIn person, string code, string pin = Good) => OutcomeAsync(async () => await app.Pins.SetAsync(new() { Code = code, Pin = pin }, person.Metadata));

    private Task<string> StepUpAsync(SignedIn person) => app.SqlAsync<string>($"SELECT coalesce(step_up_until::text, '') FROM sessions WHERE id = '{person.Session}'");

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;

    private static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException refused)
        {
            return refused.Reason() ?? refused.StatusCode.ToString();
        }
    }
}
