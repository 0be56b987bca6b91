using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class FindGrantsTests(EntitlementApp app)
{
    [Fact]
    public async Task Pages_of_an_agency_are_newest_first_without_gap_or_repeat()
    {
        var agency = app.Identity.NewAgency();
        List<string> made = [];
        for (var n = 0; n < 7; n++)
        {
            made.Add((await app.GrantAsync(app.Letter(agency))).Id);
        }

        await app.RevokeAsync(made[2]);

        List<Grant> found = [];
        var token = "";
        do
        {
            var page = await app.Grants.FindAsync(new() { AgencyId = agency.ToString(), PageSize = 3, PageToken = token }, app.AsOperator(app.Maker));
            found.AddRange(page.Grants);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(made.AsEnumerable().Reverse(), found.Select(grant => grant.Id));
        Assert.Equal([made[2]], found.Where(grant => grant.State == GrantState.Revoked).Select(grant => grant.Id));
    }

    [Fact]
    public async Task Without_an_agency_the_grants_of_all_are_found()
    {
        var grant = await app.GrantAsync();

        var page = await app.Grants.FindAsync(new() { PageSize = 100 }, app.AsOperator(app.Maker));

        Assert.True(page.Grants.Any(found => found.Id == grant.Id) || page.NextPageToken.Length > 0);
        Assert.Empty((await app.Grants.FindAsync(new() { AgencyId = Guid.NewGuid().ToString() }, app.AsOperator(app.Maker))).Grants);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        Assert.Equal("agency_id", (await Refused(new() { AgencyId = "x" })).Field);
        Assert.Equal("page_size", (await Refused(new() { PageSize = -1 })).Field);
        Assert.Equal("page_size", (await Refused(new() { PageSize = 101 })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = "x\0" })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = new string('1', 100_000) })).Field);
    }

    private async Task<Refusal> Refused(FindGrantsRequest request)
    {
        var refusal = await Refusal.OfAsync(() => app.Grants.FindAsync(request, app.AsOperator(app.Maker)).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "request.invalid"), (refusal.Status, refusal.Code));
        return refusal;
    }
}
