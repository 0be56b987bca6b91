using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.ServiceDefaults;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gdx.Identity.Tests;

/// <summary>Exactly one primary OrganizationAdmin, never none, whoever tries at the same time.</summary>
public sealed class AdminTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private const string Suspend = "UPDATE memberships SET state = 'Suspended' WHERE id = '{0}'";

    [Fact]
    public async Task An_admin_names_further_admins_and_removes_them()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (primary, member) = (await PrimaryAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));

        var named = await app.Memberships.NameAdminAsync(new() { MembershipId = Id(member) }, primary.Metadata);
        var removed = await app.Memberships.RemoveAdminAsync(new() { MembershipId = Id(member), Reason = "ย้ายหน้าที่" }, primary.Metadata);

        Assert.Equal([Roles.Officer, Roles.OrganizationAdmin], named.Roles);
        Assert.False(named.IsPrimaryAdmin);
        Assert.Equal([Roles.Officer], removed.Roles);
        Assert.Equal("rights-changed", await app.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{member.Session}'"));
        Assert.Equal("identity.membership.not_admin", await CodeAsync(async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = Id(member), Reason = "x" }, primary.Metadata)));
    }

    [Fact]
    public async Task Somebody_without_verified_number_is_never_an_admin()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, member) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));
        await app.SqlAsync<Guid>($"UPDATE people SET citizen_id_hash = NULL, citizen_verified_at = NULL WHERE id = '{member.Person}' RETURNING id");

        Assert.Equal("identity.person.unverified", await CodeAsync(async () => await app.Memberships.NameAdminAsync(new() { MembershipId = Id(member) }, admin.Metadata)));
        Assert.Equal("identity.person.unverified", await CodeAsync(async () => await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(member) }, admin.Metadata)));
    }

    [Fact]
    public async Task The_primary_admin_is_not_taken_away_without_the_operator()
    {
        var (agency, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (primary, admin) = (await PrimaryAsync(agency), await AdminAsync(agency));

        foreach (var act in new Func<Task>[]
        {
            async () => await app.Memberships.SuspendAsync(new() { MembershipId = Id(primary), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.EndAsync(new() { MembershipId = Id(primary), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = Id(primary), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.TransferAsync(new() { MembershipId = Id(primary), AgencyId = other.ToString(), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.LeaveAsync(new() { MembershipId = Id(primary) }, primary.Metadata),
        })
        {
            Assert.Equal("identity.membership.primary_admin", await CodeAsync(act));
        }

        var roles = await app.Memberships.SetRolesAsync(new() { MembershipId = Id(primary), Roles = { Roles.Officer } }, admin.Metadata);
        Assert.Contains(Roles.OrganizationAdmin, roles.Roles);
        Assert.Equal(1L, await PrimariesAsync(agency));
    }

    [Fact]
    public async Task The_last_admin_does_not_leave()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (one, two) = (await AdminAsync(agency), await AdminAsync(agency));

        await app.Memberships.LeaveAsync(new() { MembershipId = Id(one) }, one.Metadata);

        Assert.Equal("identity.membership.last_admin", await CodeAsync(async () => await app.Memberships.LeaveAsync(new() { MembershipId = Id(two) }, two.Metadata)));
    }

    [Fact]
    public async Task A_change_of_the_primary_goes_to_the_operator_and_back()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next) = (await PrimaryAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));

        var asked = await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(next) }, old.Metadata);
        var pending = await app.Memberships.FindPrimaryChangesAsync(new() { State = DecisionState.Pending }, old.Metadata);
        var decided = await DecideAsync(asked.Id, approve: true);

        Assert.Equal((DecisionState.Pending, Id(old), Id(next), old.Person.ToString()), (asked.State, asked.OldMembershipId, asked.NewMembershipId, asked.AskedBy));
        Assert.Equal(asked.Id, Assert.Single(pending.Changes).Id);
        Assert.Equal((DecisionState.Approved, "หนังสือครบ"), (decided.State, decided.Reason));
        var kept = Assert.Single((await app.Memberships.FindPrimaryChangesAsync(new() { AgencyId = agency.ToString() }, await app.AsAsync(IdentityApp.Maker))).Changes);
        Assert.Equal((asked.Id, DecisionState.Approved, decided.DecidedBy, "หนังสือครบ"), (kept.Id, kept.State, kept.DecidedBy, kept.Reason));
        Assert.Equal($"{Id(next)}:officer,organization-admin {Id(old)}:organization-admin", await app.SqlAsync<string>(
            $"SELECT string_agg(id || ':' || array_to_string(roles, ','), ' ' ORDER BY is_primary_admin DESC) FROM memberships WHERE agency_id = '{agency}'"));
        Assert.Equal(1L, await PrimariesAsync(agency));
        await Eventually.True(() => app.Told.OfType<PrimaryAdminChangeAsked>().Any(told => told.ChangeId.ToString() == asked.Id && told.AgencyId == agency), "the question on the bus");
        await Eventually.True(() => app.Told.OfType<PrimaryAdminChanged>().Any(told => told.ChangeId.ToString() == asked.Id && told.PersonId == next.Person), "the change on the bus");
        await app.Memberships.LeaveAsync(new() { MembershipId = Id(old) }, old.Metadata);
    }

    [Fact]
    public async Task A_refused_change_changes_nothing_and_is_kept()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next) = (await PrimaryAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));
        var asked = await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(next) }, old.Metadata);

        await DecideAsync(asked.Id, approve: false);

        Assert.Equal(DecisionState.Refused, Assert.Single((await app.Memberships.FindPrimaryChangesAsync(new(), old.Metadata)).Changes).State);
        Assert.Equal(Id(old), await app.SqlAsync<string>($"SELECT id::text FROM memberships WHERE agency_id = '{agency}' AND is_primary_admin"));
        Assert.Equal("identity.primary_change.state", await CodeAsync(() => DecideAsync(asked.Id, approve: true)));
        await Eventually.True(() => app.Told.OfType<PrimaryAdminChangeRefused>().Any(told => told.ChangeId.ToString() == asked.Id && told.AgencyId == agency), "the refusal on the bus");
        var notice = await new Notices.NoticesClient(app.Channel).GetAsync(new() { Kind = NoticeKind.PrimaryAdminChangeRefused, AboutId = agency.ToString() }, await app.AsAsync(IdentityApp.Mailer));
        Assert.Equal((old.Person.ToString(), "หนังสือครบ"), (Assert.Single(notice.Recipients).PersonId, notice.Values["reason"]));
    }

    [Fact]
    public async Task Nobody_who_is_part_of_a_change_decides_it()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next) = (await PrimaryAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));
        var asked = await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(next) }, await app.AsAsync(IdentityApp.Maker));

        Assert.Equal("identity.primary_change.same_person", await CodeAsync(() => DecideAsync(asked.Id, approve: true, OperatorWho(old))));
        Assert.Equal("identity.primary_change.same_person", await CodeAsync(() => DecideAsync(asked.Id, approve: true, OperatorWho(next))));
        Assert.Equal("identity.primary_change.same_person", await CodeAsync(async () => await DecideAsync(asked.Id, approve: false, await app.AsAsync(IdentityApp.Maker))));
        Assert.Equal(DecisionState.Approved, (await DecideAsync(asked.Id, approve: true)).State);
    }

    [Fact]
    public async Task A_change_that_makes_no_sense_is_not_asked_for_or_approved()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next, third) = (await PrimaryAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.Officer));

        Assert.Equal("identity.primary_change.same", await CodeAsync(async () => await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(old) }, old.Metadata)));
        var asked = await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(next) }, old.Metadata);
        Assert.Equal("identity.primary_change.pending", await CodeAsync(async () => await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = Id(third) }, old.Metadata)));
        await app.Memberships.SuspendAsync(new() { MembershipId = Id(next), Reason = "x" }, old.Metadata);
        Assert.Equal("identity.membership.state", await CodeAsync(() => DecideAsync(asked.Id, approve: true)));
        Assert.Equal(DecisionState.Refused, (await DecideAsync(asked.Id, approve: false)).State);
    }

    [Fact]
    public async Task Of_sixty_four_removals_of_two_admins_at_once_one_counts()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (one, two) = (await AdminAsync(agency), await AdminAsync(agency));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => OutcomeAsync((n % 4) switch
        {
            0 => async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = Id(two), Reason = "x" }, one.Metadata),
            1 => async () => await app.Memberships.EndAsync(new() { MembershipId = Id(one), Reason = "x" }, two.Metadata),
            2 => async () => await app.Memberships.LeaveAsync(new() { MembershipId = Id(one) }, one.Metadata),
            _ => async () => await app.Memberships.SuspendAsync(new() { MembershipId = Id(two), Reason = "x" }, one.Metadata),
        })));

        Assert.Equal(1L, await AdminsAsync(agency));
        Assert.Contains("", outcomes);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "", "Unauthenticated", "caller.forbidden", "identity.membership.state", "identity.membership.last_admin", "identity.membership.not_admin" }));
    }

    [Fact]
    public async Task Of_sixty_four_removals_at_once_past_the_service_the_database_lets_one_through()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (one, two) = (await AdminAsync(agency), await AdminAsync(agency));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => SqlOutcomeAsync(Of(Suspend, n % 2 == 0 ? one : two))));

        Assert.Equal(1L, await AdminsAsync(agency));
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "", "ck_agencies_admin" }));
        Assert.Contains("ck_agencies_admin", outcomes);
    }

    [Theory]
    [InlineData(Suspend, "ck_agencies_admin")]
    [InlineData("DELETE FROM sessions WHERE membership_id = '{0}'; DELETE FROM memberships WHERE id = '{0}'", "ck_agencies_admin")]
    [InlineData("UPDATE memberships SET roles = '{officer}' WHERE id = '{0}'", "ck_agencies_admin")]
    [InlineData("UPDATE memberships SET state = 'Ended', is_primary_admin = false WHERE id = '{0}'", "ck_agencies_admin")]
    [InlineData("UPDATE memberships SET is_primary_admin = false WHERE id = '{0}'", "ck_agencies_primary_admin")]
    [InlineData("UPDATE memberships SET roles = '{officer}' WHERE id = '{0}'", "ck_agencies_primary_admin", true)]
    [InlineData(Suspend, "ck_agencies_primary_admin", true)]
    [InlineData("UPDATE memberships SET is_primary_admin = true WHERE id <> '{0}' AND agency_id = (SELECT agency_id FROM memberships WHERE id = '{0}')", "ux_memberships_primary_admin", true)]
    public async Task The_database_itself_keeps_one_primary_admin(string sql, string constraint, bool withAnother = false)
    {
        foreach (var state in new[] { AgencyState.Active, AgencyState.Suspended })
        {
            var agency = await SignedIn.AgencyAsync(app, agency => agency.State = state);
            var primary = await PrimaryAsync(agency);
            if (withAnother)
            {
                await AdminAsync(agency);
            }

            Assert.Equal(constraint, await SqlOutcomeAsync(Of(sql, primary)));
            Assert.Equal(1L, await PrimariesAsync(agency));
        }
    }

    [Fact]
    public async Task The_database_lets_the_primary_change_within_a_transaction_and_an_agency_close()
    {
        var (agency, closing) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (one, two, last) = (await PrimaryAsync(agency), await AdminAsync(agency), await PrimaryAsync(closing));

        Assert.Equal("", await SqlOutcomeAsync($"BEGIN; UPDATE memberships SET is_primary_admin = false WHERE id = '{one.Membership}'; UPDATE memberships SET is_primary_admin = true WHERE id = '{two.Membership}'; COMMIT"));
        Assert.Equal("", await SqlOutcomeAsync(Of(Suspend, one)));
        Assert.Equal("", await SqlOutcomeAsync(
            $"BEGIN; UPDATE memberships SET state = 'Ended', is_primary_admin = false WHERE id = '{last.Membership}'; UPDATE agencies SET state = 'Closed' WHERE id = '{closing}'; COMMIT"));
    }

    [Fact]
    public async Task The_database_refuses_what_it_cannot_judge()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (one, _) = (await AdminAsync(agency), await AdminAsync(agency));

        Assert.Equal("ck_agencies_admin", await SqlOutcomeAsync($"BEGIN ISOLATION LEVEL REPEATABLE READ; {Of(Suspend, one)}; COMMIT"));
    }

    [Fact]
    public async Task The_guard_is_installed_as_often_as_the_service_starts()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetServices<IStartupWork>().OfType<GuardAdmins>().Single().RunAsync(TestContext.Current.CancellationToken);
        }));

        Assert.Equal(1L, await app.SqlAsync<long>("SELECT count(*) FROM pg_trigger WHERE tgname = 'gdx_guard_admins'"));
    }

    private static string Of(string sql, SignedIn person) => sql.Replace("{0}", Id(person), StringComparison.Ordinal);

    private static string Id(SignedIn person) => person.Membership.ToString()!;

    private Task<SignedIn> AdminAsync(Guid agency) => SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin);

    private async Task<SignedIn> PrimaryAsync(Guid agency)
    {
        var primary = await AdminAsync(agency);
        await app.SqlAsync<bool>($"UPDATE memberships SET is_primary_admin = true WHERE id = '{primary.Membership}' RETURNING is_primary_admin");
        return primary;
    }

    /// <summary>The same person, signed in as an operator.</summary>
    private Metadata OperatorWho(SignedIn person) => new() { { "authorization", $"Bearer {SignedIn.Sign(app, person.Person, person.Session, Guid.NewGuid(), Guid.NewGuid(), [Roles.Operator], [])}" } };

    private async Task<PrimaryChange> DecideAsync(string change, bool approve, Metadata? who = null) =>
        await app.Memberships.DecidePrimaryChangeAsync(new() { ChangeId = change, Approve = approve, Reason = "หนังสือครบ" }, who ?? await app.AsAsync(IdentityApp.Checker));

    private Task<long> PrimariesAsync(Guid agency) => app.SqlAsync<long>($"SELECT count(*) FROM memberships WHERE agency_id = '{agency}' AND is_primary_admin AND state = 'Active' AND 'organization-admin' = ANY (roles)");

    private Task<long> AdminsAsync(Guid agency) => app.SqlAsync<long>($"SELECT count(*) FROM memberships WHERE agency_id = '{agency}' AND state = 'Active' AND 'organization-admin' = ANY (roles)");

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

    /// <summary>The constraint that refuses this, or nothing.</summary>
    private async Task<string> SqlOutcomeAsync(string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(app.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
            return "";
        }
        catch (PostgresException refused)
        {
            return refused.ConstraintName ?? refused.MessageText;
        }
    }
}
