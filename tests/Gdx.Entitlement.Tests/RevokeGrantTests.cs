using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class RevokeGrantTests(EntitlementApp app)
{
    [Fact]
    public async Task A_revoked_grant_says_by_whom_and_why_and_the_others_hear_of_it_after_its_beginning()
    {
        var grant = await app.GrantAsync();

        var revoked = await app.RevokeAsync(grant.Id, " หนังสือถูกถอน\nmore ");

        Assert.Equal((GrantState.Revoked, app.Maker.ToString(), "หนังสือถูกถอน\nmore"), (revoked.State, revoked.RevokedBy, revoked.RevocationReason));
        Assert.True(revoked.Revision > grant.Revision);
        Assert.Equal(revoked, await app.Grants.GetAsync(new() { GrantId = grant.Id }, app.AsOperator(app.Checker)));
        var fact = await Eventually.Get(() => Task.FromResult(app.Said<GrantRevoked>().SingleOrDefault(fact => fact.GrantId.ToString() == grant.Id)), "GrantRevoked on the bus");
        Assert.Equal((2L, app.Maker, grant.AgencyId), (fact.Revision, fact.RevokedBy, fact.AgencyId.ToString()));
        Assert.Single(app.Said<GrantConfirmed>(), confirmed => confirmed.GrantId == fact.GrantId);
    }

    [Fact]
    public async Task Revoking_again_answers_the_first_revocation()
    {
        var grant = await app.GrantAsync();
        var first = await app.RevokeAsync(grant.Id, "first");

        Assert.Equal(first, await app.RevokeAsync(grant.Id, "second"));
    }

    [Fact]
    public async Task Revoking_many_times_at_once_is_one_revocation()
    {
        var grant = await app.GrantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => app.RevokeAsync(grant.Id, $"reason {n}")));

        Assert.Single(answers.Distinct());
        await Eventually.True(() => app.Said<GrantRevoked>().Any(fact => fact.GrantId.ToString() == grant.Id), "GrantRevoked on the bus");
        Assert.Single(app.Said<GrantRevoked>(), fact => fact.GrantId.ToString() == grant.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("a\u001bb")]
    public async Task A_reason_is_needed(string reason) => Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "reason"), await Refused(Guid.NewGuid().ToString(), reason));

    [Fact]
    public async Task A_reason_must_not_be_a_novel() => Assert.Equal("reason", (await Refused(Guid.NewGuid().ToString(), new string('ก', 1001))).Field);

    [Fact]
    public async Task An_id_must_be_one_and_be_known()
    {
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "grant_id"), await Refused("not-an-id", "reason"));
        Assert.Equal(new(StatusCode.NotFound, "entitlement.grant.unknown", ""), await Refused(Guid.NewGuid().ToString(), "reason"));
        Assert.Equal("grant_id", (await Refusal.OfAsync(() => app.Grants.GetAsync(new(), app.AsOperator(app.Maker)).ResponseAsync)).Field);
        Assert.Equal("entitlement.grant.unknown", (await Refusal.OfAsync(() => app.Grants.GetAsync(new() { GrantId = Guid.NewGuid().ToString() }, app.AsOperator(app.Maker)).ResponseAsync)).Code);
    }

    private Task<Refusal> Refused(string id, string reason) => Refusal.OfAsync(() => app.RevokeAsync(id, reason));
}
