using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Identity.Tests;

public sealed class ForgetOldTests
{
    [Fact]
    public async Task Sessions_and_claim_links_go_after_a_quarter_and_proofs_after_a_day_once_whichever_replica_comes_first()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = new IdentityApp { Clock = clock };
        await app.InitializeAsync();
        await using var replica = new IdentityApp { Clock = clock };
        foreach (var (key, value) in app.Settings)
        {
            replica.Settings[key] = value;
        }

        await replica.HealthyAsync();
        var application = await app.LetInAsync();
        await app.ClaimCodeAsync(application.ApiClientId);
        var (old, young) = (await SessionAsync(app, 0), await SessionAsync(app, 30));
        await app.ExecuteAsync($"""
            INSERT INTO identity_proofs (id, session_id, person_id, provider, code_hash, return_url, expires_at)
            SELECT gen_random_uuid(), id, person_id, 'thaid', sha256(id::text::bytea), 'http://portal.test/', started_at + interval '20 minutes' FROM sessions WHERE id IN ('{old}', '{young}')
            """);

        await AdvanceAsync(clock, TimeSpan.FromDays(2), async () => await CountAsync(app, "identity_proofs") == 1);
        Assert.Equal((2, 1), (await CountAsync(app, "sessions"), await CountAsync(app, "claim_links")));
        await AdvanceAsync(clock, TimeSpan.FromDays(89), async () => await CountAsync(app, "sessions") == 1 && await CountAsync(app, "identity_proofs") == 0);
        Assert.Equal(young, await app.SqlAsync<Guid>("SELECT id FROM sessions"));
        Assert.Equal(1, await CountAsync(app, "claim_links")); // It could be used for three days.
        await AdvanceAsync(clock, TimeSpan.FromDays(3), async () => await CountAsync(app, "claim_links") == 0);
        Assert.Equal(1, await CountAsync(app, "sessions"));
        Assert.Equal(1, await CountAsync(app, "api_clients"));
    }

    [Fact]
    public async Task More_than_one_batch_goes_in_one_round()
    {
        await using var app = new IdentityApp();
        await app.InitializeAsync();
        var young = await SessionAsync(app, 0);
        await app.ExecuteAsync($"""
            INSERT INTO sessions (id, person_id, provider, started_at, last_seen_at, ticket)
            SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, (SELECT person_id FROM sessions WHERE id = '{young}'), 'test', now() - interval '3 years', now() - interval '3 years', 1 FROM generate_series(1, 2500) n
            """);

        // A round at its start, and another in an hour only.
        await using var replica = new IdentityApp();
        foreach (var (key, value) in app.Settings)
        {
            replica.Settings[key] = value;
        }

        await replica.HealthyAsync();

        await Eventually.True(async () => await CountAsync(app, "sessions") == 1, "all of them gone but the young one");
    }

    [Theory]
    [InlineData("Gdx:Retention:SessionDays", "0")]
    [InlineData("Gdx:Retention:ClaimLinkDays", "6")]
    [InlineData("Gdx:Retention:SessionDays", "for ever")]
    public async Task A_time_that_would_forget_what_is_in_use_stops_the_start(string setting, string days)
    {
        await using var app = new IdentityApp { Settings = { [setting] = days } };
        await app.UseServersAsync();

        Assert.Contains(setting, Assert.Throws<InvalidOperationException>(() => app.Server).Message, StringComparison.Ordinal);
    }

    /// <summary>A session that begins so many days from now, as a sign-in would leave it.</summary>
    private static async Task<Guid> SessionAsync(IdentityApp app, int days)
    {
        var (person, at) = (await SignedIn.AnyoneAsync(app), (app.Clock ?? TimeProvider.System).GetUtcNow().AddDays(days));
        var id = Guid.CreateVersion7(at);
        await app.ExecuteAsync($"UPDATE sessions SET id = '{id}', started_at = '{at:O}', ended_at = '{at.AddHours(12):O}' WHERE id = '{person.Session}'");
        return id;
    }

    /// <summary>Lets the time pass, and then some minutes at a time so that every round begins, until what is waited for has come.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider clock, TimeSpan time, Func<Task<bool>> until)
    {
        clock.Advance(time);
        await Eventually.True(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            return await until();
        }, "what comes with time");
    }

    private static Task<long> CountAsync(IdentityApp app, string table) => app.SqlAsync<long>($"SELECT count(*) FROM {table}");
}
