using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class SeeGrantsTests(EntitlementApp app)
{
    [Fact]
    public async Task Whoever_it_concerns_sees_a_grant_and_to_everybody_else_it_does_not_exist()
    {
        var (regional, central, owner, other) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var parent = await app.InsertGrantAsync(central, "owner_agency_id", $"'{owner}'");
        var child = await app.InsertGrantAsync(regional, "owner_agency_id, parent_grant_id", $"'{owner}', '{parent}'::uuid");

        foreach (var who in new[]
        {
            app.Of(regional, Roles.Officer), app.Of(regional, Roles.SuperUser), app.Of(regional, Roles.OrganizationAdmin), app.Of(owner, Roles.DataOwner), app.Of(central, Roles.OrganizationAdmin),
            app.AsOperator(app.Maker), app.As(Guid.NewGuid(), Roles.Person, Roles.Auditor),
        })
        {
            Assert.Equal(child, (await app.Grants.GetAsync(new() { GrantId = child }, who)).Id);
            Assert.Contains(child, (await FindAsync(new() { AgencyId = regional.ToString() }, who)).Select(grant => grant.Id));
        }

        foreach (var who in new[]
        {
            app.Of(other, Roles.Officer, Roles.SuperUser, Roles.OrganizationAdmin, Roles.DataOwner), app.Of(owner, Roles.OrganizationAdmin), app.Of(central, Roles.DataOwner, Roles.Officer),
            app.Of(regional, Roles.DataOwner), app.As(Guid.NewGuid(), Roles.Person, Roles.Officer, Roles.OrganizationAdmin, Roles.DataOwner),
        })
        {
            Assert.Equal(new(StatusCode.NotFound, "entitlement.grant.unknown", ""), await Refusal.OfAsync(() => app.Grants.GetAsync(new() { GrantId = child }, who).ResponseAsync));
            Assert.Empty(await FindAsync(new() { AgencyId = regional.ToString() }, who));
        }
    }

    [Fact]
    public async Task An_agency_finds_its_own_grants_without_naming_itself_and_no_others()
    {
        var (own, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var mine = await app.InsertGrantAsync(own);
        await app.InsertGrantAsync(other);

        Assert.Equal([mine], (await FindAsync(new(), app.Of(own, Roles.Officer))).Select(grant => grant.Id));
    }

    [Fact]
    public async Task Grants_are_found_by_what_they_say()
    {
        var (agency, owner) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var plain = await app.InsertGrantAsync(agency);
        var child = await app.InsertGrantAsync(agency, "owner_agency_id, parent_grant_id", $"'{owner}', '{plain}'::uuid");
        var (suspended, revoked) = (await app.InsertGrantAsync(agency, "recertify_by", "now()"), await app.InsertGrantAsync(agency));
        await app.Grants.SuspendAsync(new() { GrantId = suspended, Reason = "x" }, app.AsOperator(app.Maker));
        await app.RevokeAsync(revoked);
        await app.SqlAsync($"UPDATE grants SET valid_until = now() + interval '10 days' WHERE id = '{plain}'");

        Assert.Equal([plain], await IdsAsync(find => find.ExpiringWithinDays = 11));
        Assert.Empty(await IdsAsync(find => find.ExpiringWithinDays = 9));
        Assert.Equal([child], await IdsAsync(find => find.ParentGrantId = plain));
        Assert.Equal([child], await IdsAsync(find => find.OwnerAgencyId = owner.ToString()));
        Assert.Equal([suspended], await IdsAsync(find => find.State = GrantState.Suspended));
        Assert.Equal([revoked], await IdsAsync(find => find.State = GrantState.Revoked));
        Assert.Equal(new[] { plain, child }.Order(), (await IdsAsync(find => find.State = GrantState.Active)).Order());
        Assert.Equal(4, (await IdsAsync(find => find.DatasetId = "dopa.person")).Count);
        Assert.Empty(await IdsAsync(find => find.DatasetId = "dopa.house"));

        async Task<List<string>> IdsAsync(Action<FindGrantsRequest> filter)
        {
            var request = new FindGrantsRequest { AgencyId = agency.ToString() };
            filter(request);
            return [.. (await FindAsync(request, app.AsOperator(app.Maker))).Select(grant => grant.Id)];
        }
    }

    [Fact]
    public async Task A_filter_that_makes_no_sense_is_refused()
    {
        Assert.Equal("state", await FieldAsync(new() { State = (GrantState)99 }));
        Assert.Equal("expiring_within_days", await FieldAsync(new() { ExpiringWithinDays = -1 }));
        Assert.Equal("expiring_within_days", await FieldAsync(new() { ExpiringWithinDays = 3651 }));
        Assert.Equal("parent_grant_id", await FieldAsync(new() { ParentGrantId = "x" }));
        Assert.Equal("owner_agency_id", await FieldAsync(new() { OwnerAgencyId = "x" }));
        Assert.Equal("dataset_id", await FieldAsync(new() { DatasetId = "Not a slug" }));

        async Task<string> FieldAsync(FindGrantsRequest request) => (await Refusal.OfAsync(() => app.Grants.FindAsync(request, app.AsOperator(app.Maker)).ResponseAsync)).Field;
    }

    [Fact]
    public async Task A_grant_of_before_has_no_purpose_terms_and_no_budget()
    {
        var agency = Guid.CreateVersion7();
        var id = await app.InsertGrantAsync(agency, "purpose_terms", "NULL::jsonb");

        var grant = await app.Grants.GetAsync(new() { GrantId = id }, app.AsOperator(app.Maker));

        Assert.Empty(grant.PurposeTerms);
        Assert.Null(grant.Budget);
        Assert.Equal(GrantState.Active, grant.State);
        Assert.Equal(GrantState.Suspended, (await app.Grants.SuspendAsync(new() { GrantId = id, Reason = "x" }, app.AsOperator(app.Maker))).State);
        Assert.Empty((await app.Grants.GetAsync(new() { GrantId = id }, app.AsOperator(app.Maker))).PurposeTerms);
    }

    private async Task<IReadOnlyList<Grant>> FindAsync(FindGrantsRequest request, Metadata who) => (await app.Grants.FindAsync(request, who)).Grants;
}
