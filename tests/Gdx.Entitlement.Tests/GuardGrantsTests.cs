namespace Gdx.Entitlement.Tests;

/// <summary>What no SQL does to a grant, whoever writes it.</summary>
public sealed class GuardGrantsTests(EntitlementApp app)
{
    [Theory]
    [InlineData("agency_id = gen_random_uuid()")]
    [InlineData("owner_agency_id = gen_random_uuid()")]
    [InlineData("dataset_id = 'dopa.house'")]
    [InlineData("dataset_version = '2'")]
    [InlineData("fields = fields || '{religion}'")]
    [InlineData("fields = '{firstName}'")]
    [InlineData("purposes = purposes || '{tax.audit}'")]
    [InlineData("purpose_terms = '[{\"Code\": \"tax.audit\"}]'::jsonb")]
    [InlineData("channels = '{1,2}'")]
    [InlineData("valid_from = valid_from - interval '1 day'")]
    [InlineData("valid_until = valid_until + interval '1 microsecond'")]
    [InlineData("officers_managed = NOT officers_managed")]
    [InlineData("budget_calls_per_day = 1")]
    [InlineData("letter_id = gen_random_uuid()")]
    [InlineData("letter_sha256 = '\\x00'")]
    [InlineData("permission_id = NULL, access_request_id = gen_random_uuid()")]
    [InlineData("id = gen_random_uuid()")]
    public async Task What_it_opens_never_changes(string change)
    {
        var id = await app.InsertGrantAsync(Guid.CreateVersion7());

        Assert.Equal("ck_grants_fixed", await app.SqlAsync($"UPDATE grants SET {change} WHERE id = '{id}'"));
    }

    [Fact]
    public async Task A_parent_is_never_changed_and_so_no_cycle_comes_to_be()
    {
        var agency = Guid.CreateVersion7();
        var parent = await app.InsertGrantAsync(agency);
        var child = await app.InsertGrantAsync(agency, "parent_grant_id", $"'{parent}'::uuid");
        var grandchild = await app.InsertGrantAsync(agency, "parent_grant_id", $"'{child}'::uuid");

        Assert.Equal("ck_grants_fixed", await app.SqlAsync($"UPDATE grants SET parent_grant_id = '{grandchild}' WHERE id = '{parent}'"));
        Assert.Equal("ck_grants_fixed", await app.SqlAsync($"UPDATE grants SET parent_grant_id = NULL WHERE id = '{child}'"));
        Assert.Equal("ck_grants_fixed", await app.SqlAsync($"UPDATE grants SET parent_grant_id = '{parent}' WHERE id = '{grandchild}'"));
        Assert.Equal("ck_grants_delegated", await app.SqlAsync($"""
            INSERT INTO grants (id, version, permission_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, parent_grant_id)
            SELECT new.id, 1, NULL, gen_random_uuid(), 'dopa.person', '1', fields, purposes, channels, valid_from, valid_until, new.parent
            FROM grants, (VALUES ('{Guid.NewGuid()}'::uuid, '00000000-0000-0000-0000-00000000000a'::uuid), ('00000000-0000-0000-0000-00000000000a', '{Guid.NewGuid()}')) AS new (id, parent) WHERE grants.id = '{parent}'
            """));
        var self = Guid.NewGuid();
        Assert.Equal("ck_grants_delegated", await app.SqlAsync($"""
            INSERT INTO grants (id, version, agency_id, access_request_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, parent_grant_id)
            SELECT '{self}', 1, agency_id, gen_random_uuid(), dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, '{self}' FROM grants WHERE id = '{parent}'
            """));
    }

    [Theory]
    [InlineData("fields", "'{firstName,religion}'")]
    [InlineData("purposes", "'{welfare.eligibility,tax.audit}'")]
    [InlineData("channels", "'{1,2}'")]
    [InlineData("dataset_id", "'dopa.house'")]
    [InlineData("dataset_version", "'2'")]
    public async Task A_delegated_grant_begins_with_no_more_than_its_parent(string column, string value)
    {
        var parent = await app.InsertGrantAsync(Guid.CreateVersion7());
        string[] columns = ["dataset_id", "dataset_version", "fields", "purposes", "channels"];

        Assert.Equal("ck_grants_delegated", await app.SqlAsync($"""
            INSERT INTO grants (id, version, agency_id, access_request_id, valid_from, valid_until, parent_grant_id, {string.Join(", ", columns)})
            SELECT gen_random_uuid(), 1, agency_id, gen_random_uuid(), valid_from, valid_until, id, {string.Join(", ", columns.Select(one => one == column ? value : one))} FROM grants WHERE id = '{parent}'
            """));
    }

    [Fact]
    public async Task What_is_for_registered_officers_alone_is_handed_on_as_that()
    {
        var parent = await app.InsertGrantAsync(Guid.CreateVersion7(), "officers_managed", "true");

        Assert.Equal("ck_grants_delegated", await InsertAsync("false"));
        Assert.Null(await InsertAsync("true"));

        async Task<string?> InsertAsync(string managed)
        {
            var paper = await app.RecordAsync();
            return await app.SqlAsync($"""
                INSERT INTO grants (id, version, agency_id, permission_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, parent_grant_id, officers_managed)
                SELECT gen_random_uuid(), 1, agency_id, '{paper.Id}', dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, id, {managed} FROM grants WHERE id = '{parent}'
                """);
        }
    }

    [Fact]
    public async Task What_is_revoked_stays_revoked_and_an_end_only_comes_nearer()
    {
        var grant = await app.GrantAsync();
        Assert.Null(await app.SqlAsync($"UPDATE grants SET valid_until = valid_until - interval '1 day', version = version + 1 WHERE id = '{grant.Id}'"));
        await app.RevokeAsync(grant.Id);

        Assert.Equal("ck_grants_revoked", await app.SqlAsync($"UPDATE grants SET revoked_at = NULL, revoked_by = NULL, revocation_reason = NULL WHERE id = '{grant.Id}'"));
        Assert.Equal("ck_grants_revoked", await app.SqlAsync($"UPDATE grants SET revocation_reason = 'another' WHERE id = '{grant.Id}'"));
    }
}
