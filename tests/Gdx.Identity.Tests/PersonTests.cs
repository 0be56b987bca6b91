using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;
using Npgsql;

namespace Gdx.Identity.Tests;

public sealed class PersonTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_profile_has_names_and_places_and_what_the_person_changes()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var member = await SignedIn.AsAsync(app, agency, Roles.Officer);

        var before = await app.People.GetAsync(new(), member.Metadata);
        await app.People.UpdateAsync(new() { NameEn = " Somchai Jaidee ", Email = "somchai@welfare.go.th" }, member.Metadata);
        var after = await app.People.GetAsync(new(), member.Metadata);

        Assert.Equal((member.Person.ToString(), true, PinState.None), (before.Id, before.CitizenVerified, before.PinState));
        var place = Assert.Single(before.Memberships);
        Assert.Equal((agency.ToString(), MembershipState.Active), (place.AgencyId, place.State));
        Assert.NotEmpty(place.AgencyNameTh);
        Assert.Equal((before.NameTh, "Somchai Jaidee", "somchai@welfare.go.th"), (after.NameTh, after.NameEn, after.Email));
    }

    [Theory]
    [InlineData("name_th", "a\nb")]
    [InlineData("name_th", "   ")]
    [InlineData("name_en", "a\u202Eb")]
    [InlineData("email", "somebody")]
    [InlineData("email", "somebody@gmail.com")]
    [InlineData("email", "a\r\nBcc: x@y.go.th")]
    [InlineData("email", "a@b.com@c.go.th")]
    public async Task A_profile_takes_no_nonsense(string field, string value)
    {
        var person = await SignedIn.AnyoneAsync(app);
        var request = new UpdateProfileRequest { NameTh = field == "name_th" ? value : "", NameEn = field == "name_en" ? value : "", Email = field == "email" ? value : "" };

        Assert.Equal(field, (await Refusal.OfAsync(async () => await app.People.UpdateAsync(request, person.Metadata))).Field);
        Assert.Equal("name_th", (await Refusal.OfAsync(async () => await app.People.UpdateAsync(new() { NameTh = new string('ก', 201) }, person.Metadata))).Field);
    }

    [Fact]
    public async Task Operators_find_people_page_by_page()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var people = new[] { await SignedIn.AnyoneAsync(app), await SignedIn.AnyoneAsync(app, verified: false), await SignedIn.AnyoneAsync(app) }.Select(one => one.Person.ToString()).ToList();

        var (found, token) = (new List<string>(), "");
        do
        {
            var page = await app.People.FindAsync(new() { PageSize = 2, PageToken = token }, maker);
            found.AddRange(page.People.Select(person => person.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(people, found.Where(people.Contains));
        Assert.Equal(found.Distinct(), found);
        Assert.False(Assert.Single((await app.People.FindAsync(new() { PersonId = people[1] }, maker)).People).CitizenVerified);
        Assert.Empty((await app.People.FindAsync(new() { PersonId = Guid.NewGuid().ToString() }, maker)).People);
    }

    [Fact]
    public async Task A_registrar_verifies_a_number_in_person_and_the_person_can_be_let_in()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (registrar, admin, person) = (await RegistrarAsync(), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await SignedIn.AnyoneAsync(app, verified: false));
        var waits = await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, person.Metadata);

        var verified = await VerifyAsync(registrar, person.Person, person.Citizen);
        var again = await VerifyAsync(registrar, person.Person, person.Citizen);
        var approved = await app.Memberships.ApproveAsync(new() { MembershipId = waits.Id, Roles = { Roles.Officer } }, admin.Metadata);

        Assert.Equal((person.Person.ToString(), true), (verified.Id, verified.CitizenVerified));
        Assert.Equal(verified, again);
        Assert.Equal(MembershipState.Active, approved.State);
        Assert.Equal(registrar.Person.ToString(), await app.SqlAsync<string>($"SELECT citizen_verified_by FROM people WHERE id = '{person.Person}'"));
        Assert.DoesNotContain(person.Citizen.Value, await app.AllRowsAsync() + string.Join('\n', app.Logs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verified_number_is_not_changed_nor_given_twice()
    {
        var (registrar, verified, another) = (await RegistrarAsync(), await SignedIn.AnyoneAsync(app), await SignedIn.AnyoneAsync(app, verified: false));

        Assert.Equal((StatusCode.FailedPrecondition, "identity.person.verified"), await RefusedAsync(() => VerifyAsync(registrar, verified.Person, another.Citizen)));
        Assert.Equal((StatusCode.AlreadyExists, "identity.person.number_taken"), await RefusedAsync(() => VerifyAsync(registrar, another.Person, verified.Citizen)));
        Assert.False((await app.People.GetAsync(new(), another.Metadata)).CitizenVerified);
    }

    [Fact]
    public async Task No_registrar_verifies_themself()
    {
        var registrar = await RegistrarAsync();
        var account = await SignedIn.AnyoneAsync(app, verified: false);

        Assert.Equal((StatusCode.PermissionDenied, "identity.person.own"), await RefusedAsync(() => VerifyAsync(registrar, registrar.Person, registrar.Citizen)));
        Assert.Equal((StatusCode.PermissionDenied, "identity.person.own"), await RefusedAsync(() => VerifyAsync(registrar, account.Person, registrar.Citizen)));
    }

    [Fact]
    public async Task A_registrar_who_is_none_any_more_verifies_nobody()
    {
        var (registrar, person) = (await RegistrarAsync(), await SignedIn.AnyoneAsync(app, verified: false));
        await app.SqlAsync<string>($"UPDATE memberships SET state = 'Suspended' WHERE id = '{registrar.Membership}' RETURNING state");

        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(() => VerifyAsync(registrar, person.Person, person.Citizen)));
    }

    [Fact]
    public async Task Who_was_known_as_an_agent_takes_over_that_id_with_everything()
    {
        var (agency, registrar, person) = (await SignedIn.AgencyAsync(app), await RegistrarAsync(), await SignedIn.AnyoneAsync(app, verified: false));
        var client = await app.LetInAsync(form => form.Agents[0].CitizenId = person.Citizen.Value);
        var agent = await app.SqlAsync<string>($"SELECT agent_id FROM api_client_agents WHERE api_client_id = '{client.ApiClientId}'");
        var waits = await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, person.Metadata);
        await app.SqlAsync<Guid>($"UPDATE applications SET applicant_id = '{person.Person}' WHERE id = '{client.Id}' RETURNING id");

        var verified = await VerifyAsync(registrar, person.Person, person.Citizen);

        Assert.Equal(agent, await app.SqlAsync<string>($"SELECT applicant_id::text FROM applications WHERE id = '{client.Id}'"));
        Assert.NotEqual(person.Person.ToString(), agent);
        Assert.Equal((agent, true), (verified.Id, verified.CitizenVerified));
        Assert.Equal(await app.SqlAsync<string>($"SELECT name_th FROM people WHERE id = '{person.Person}'"), verified.NameTh);
        Assert.Equal(waits.Id, Assert.Single(verified.Memberships).Id);
        Assert.Equal($"verified {agent}", await app.SqlAsync<string>($"SELECT ended_because || ' ' || person_id FROM sessions WHERE id = '{person.Session}'"));
        Assert.Equal(agent, await app.SqlAsync<string>($"SELECT merged_into_id::text FROM people WHERE id = '{person.Person}'"));
        Assert.Equal((StatusCode.NotFound, "identity.person.unknown"), await RefusedAsync(() => VerifyAsync(registrar, person.Person, person.Citizen)));
    }

    [Fact]
    public async Task What_both_ids_asked_of_one_agency_counts_once()
    {
        var (agency, other, registrar, person) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app), await RegistrarAsync(), await SignedIn.AnyoneAsync(app, verified: false));
        var client = await app.LetInAsync(form => form.Agents[0].CitizenId = person.Citizen.Value);
        var agent = await app.SqlAsync<string>($"SELECT agent_id FROM api_client_agents WHERE api_client_id = '{client.ApiClientId}'");
        var named = await app.SqlAsync<Guid>($"""
            INSERT INTO memberships (id, person_id, agency_id, state, roles, menus, is_primary_admin, requested_at)
            VALUES (gen_random_uuid(), '{agent}', '{agency}', 'Active', ARRAY['organization-admin'], ARRAY[]::text[], true, now()) RETURNING id
            """);
        var (twice, once) = (await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, person.Metadata), await app.Memberships.JoinAsync(new() { AgencyId = other.ToString() }, person.Metadata));

        var verified = await VerifyAsync(registrar, person.Person, person.Citizen);

        Assert.Equal(new[] { named.ToString(), once.Id }.Order(), verified.Memberships.Select(one => one.Id).Order());
        Assert.Equal($"Ended {agent}", await app.SqlAsync<string>($"SELECT state || ' ' || person_id FROM memberships WHERE id = '{twice.Id}'"));
    }

    [Fact]
    public async Task Of_two_accounts_verified_at_once_with_one_number_one_has_it()
    {
        foreach (var _ in Enumerable.Range(0, 4))
        {
            var registrars = new[] { await RegistrarAsync(), await RegistrarAsync() };
            var (one, two) = (await SignedIn.AnyoneAsync(app, verified: false), await SignedIn.AnyoneAsync(app, verified: false));

            var outcomes = await Task.WhenAll(new[] { one, two }.Select(async (person, n) =>
            {
                try
                {
                    await VerifyAsync(registrars[n], person.Person, one.Citizen);
                    return "";
                }
                catch (RpcException refused)
                {
                    return refused.Reason();
                }
            }));

            Assert.Single(outcomes, "");
            Assert.Contains(outcomes.Single(outcome => outcome != ""), new[] { "identity.person.number_taken", "request.conflict" });
            Assert.Equal(1L, await app.SqlAsync<long>($"SELECT count(*) FROM people WHERE id IN ('{one.Person}', '{two.Person}') AND citizen_verified_at IS NOT NULL"));
        }
    }

    [Fact]
    public async Task A_name_that_a_registrar_saw_counts_as_seen_until_the_person_shows_another()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (registrar, admin, person) = (await RegistrarAsync(), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await SignedIn.AnyoneAsync(app, verified: false));
        await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, person.Metadata);

        var before = await app.People.GetAsync(new(), person.Metadata);
        var seen = await VerifyAsync(registrar, person.Person, person.Citizen);
        var moved = await app.People.UpdateAsync(new() { NameTh = seen.NameTh, Email = "elsewhere@welfare.go.th" }, person.Metadata);
        var listed = await WaitsAsync();
        var renamed = await app.People.UpdateAsync(new() { NameTh = "อธิบดี" }, person.Metadata);

        Assert.Equal((false, true, true, false), (before.NameVerified, seen.NameVerified, moved.NameVerified, renamed.NameVerified));
        Assert.True(renamed.CitizenVerified); // Who it is stays proven; what is shown does not.
        Assert.Equal((true, false), (listed.PersonNameVerified, (await WaitsAsync()).PersonNameVerified));

        async Task<Membership> WaitsAsync() => Assert.Single((await app.Memberships.FindAsync(new() { AgencyId = agency.ToString(), State = MembershipState.Waiting }, admin.Metadata)).Memberships);
    }

    [Fact]
    public async Task Verifying_takes_its_turn_among_sign_ins_before_it_holds_anybody()
    {
        var (registrar, person) = (await RegistrarAsync(), await SignedIn.AnyoneAsync(app, verified: false));
        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var sign = new NpgsqlCommand("SELECT pg_advisory_xact_lock(4941)", connection, transaction))
        {
            await sign.ExecuteNonQueryAsync(); // As somebody who signs in or finishes a proof.
        }

        var verifying = VerifyAsync(registrar, person.Person, person.Citizen);
        await Eventually.True(async () => await app.SqlAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4941 AND NOT granted") > 0, "the registrar to wait");
        await using (var row = new NpgsqlCommand($"SELECT id FROM people WHERE id = '{person.Person}' FOR UPDATE NOWAIT", connection, transaction))
        {
            Assert.Equal(person.Person, await row.ExecuteScalarAsync());
        }

        await transaction.CommitAsync();
        Assert.True((await verifying).CitizenVerified);
    }

    private async Task<SignedIn> RegistrarAsync() => await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Registrar);

    private async Task<Profile> VerifyAsync(SignedIn registrar, Guid person, CitizenId citizen) =>
        await app.People.VerifyCitizenAsync(new() { PersonId = person.ToString(), CitizenId = citizen.Value }, registrar.Metadata);

    private static async Task<(StatusCode Status, string Code)> RefusedAsync(Func<Task> call) => await Refusal.OfAsync(call) is var refusal ? (refusal.Status, refusal.Code) : default;
}
