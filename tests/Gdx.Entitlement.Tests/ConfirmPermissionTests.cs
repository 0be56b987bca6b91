using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class ConfirmPermissionTests(EntitlementApp app)
{
    [Fact]
    public async Task Confirmed_by_another_operator_it_is_a_right_and_the_others_hear_of_it()
    {
        var letter = app.Letter();
        var recorded = await app.RecordAsync(letter);

        var confirmed = await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, app.AsOperator(app.Checker));

        Assert.Equal((PermissionState.Confirmed, app.Maker.ToString(), app.Checker.ToString()), (confirmed.State, confirmed.RecordedBy, confirmed.ConfirmedBy));
        var grant = await app.Grants.GetAsync(new() { GrantId = confirmed.GrantId }, app.AsOperator(app.Maker));
        Assert.Equal((GrantState.Active, recorded.Id, letter.AgencyId), (grant.State, grant.PermissionId, grant.AgencyId));
        Assert.Equal(letter.Fields, grant.Fields);
        Assert.True(grant.Revision > 0);
        var fact = await Eventually.Get(() => Task.FromResult(app.Said<GrantConfirmed>().SingleOrDefault(fact => fact.GrantId.ToString() == grant.Id)), "GrantConfirmed on the bus");
        Assert.Equal((1L, letter.AgencyId, "dopa.person", "1", app.Checker), (fact.Revision, fact.AgencyId.ToString(), fact.DatasetId, fact.DatasetVersion, fact.ConfirmedBy));
        Assert.Equal(letter.Fields, fact.Fields);
        Assert.Equal(letter.Purposes, fact.Purposes);
        Assert.Equal((grant.ValidFrom, grant.ValidUntil), (fact.ValidFrom.ToTimestamp(), fact.ValidUntil.ToTimestamp()));
    }

    [Fact]
    public async Task Whoever_recorded_it_cannot_confirm_it()
    {
        var recorded = await app.RecordAsync();

        Assert.Equal(new(StatusCode.PermissionDenied, "entitlement.permission.same_person", ""), await Refused(recorded.Id, app.Maker));
        Assert.Equal(PermissionState.Recorded, (await app.Permissions.GetAsync(new() { PermissionId = recorded.Id }, app.AsOperator(app.Maker))).State);
    }

    [Fact]
    public async Task It_is_confirmed_once()
    {
        var recorded = await app.RecordAsync();
        await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, app.AsOperator(app.Checker));

        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.permission.state", ""), await Refused(recorded.Id, app.Checker));
    }

    [Fact]
    public async Task Of_many_operators_who_confirm_at_once_one_does()
    {
        var recorded = await app.RecordAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, app.AsOperator(Guid.CreateVersion7()))).State.ToString();
            }
            catch (RpcException refused)
            {
                return refused.StatusCode.ToString();
            }
        }));

        Assert.Single(outcomes, "Confirmed");
        Assert.Equal(7, outcomes.Count(outcome => outcome == "FailedPrecondition"));
        Assert.Single((await app.Grants.FindAsync(new() { AgencyId = recorded.AgencyId }, app.AsOperator(app.Maker))).Grants);
    }

    [Fact]
    public async Task A_letter_whose_period_ran_out_in_the_meantime_gives_no_right()
    {
        var letter = app.Letter();
        letter.ValidUntil = DateTimeOffset.UtcNow.AddSeconds(3).ToTimestamp();
        var recorded = await app.RecordAsync(letter);

        await Eventually.True(() => DateTimeOffset.UtcNow > letter.ValidUntil.ToDateTimeOffset(), "the period to be over");

        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.permission.expired", ""), await Refused(recorded.Id, app.Checker));
    }

    [Theory]
    [InlineData(AgencyState.Suspended)]
    [InlineData(AgencyState.Closed)]
    public async Task An_agency_that_is_not_let_in_any_more_gets_no_right(AgencyState state)
    {
        var recorded = await app.RecordAsync();
        var agency = Guid.Parse(recorded.AgencyId);
        app.Identity.Move(agency, state);
        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.agency.not_active", ""), await Refused(recorded.Id, app.Checker));
        app.Identity.Faults[agency] = StatusCode.Unavailable;
        Assert.Equal(new(StatusCode.Unavailable, "entitlement.check.unavailable", ""), await Refused(recorded.Id, app.Checker));
        app.Identity.Faults.TryRemove(agency, out _);
        app.Identity.Move(agency, AgencyState.Active);

        Assert.Equal(PermissionState.Confirmed, (await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, app.AsOperator(app.Checker))).State);
    }

    [Fact]
    public async Task An_id_must_be_one_and_be_known()
    {
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "permission_id"), await Refused("", app.Checker));
        Assert.Equal(new(StatusCode.NotFound, "entitlement.permission.unknown", ""), await Refused(Guid.NewGuid().ToString(), app.Checker));
        Assert.Equal("permission_id", (await Refusal.OfAsync(() => app.Permissions.GetAsync(new() { PermissionId = "x\0" }, app.AsOperator(app.Maker)).ResponseAsync)).Field);
        Assert.Equal("entitlement.permission.unknown", (await Refusal.OfAsync(() => app.Permissions.GetAsync(new() { PermissionId = Guid.Empty.ToString() }, app.AsOperator(app.Maker)).ResponseAsync)).Code);
    }

    private Task<Refusal> Refused(string id, Guid person) =>
        Refusal.OfAsync(() => app.Permissions.ConfirmAsync(new() { PermissionId = id }, app.AsOperator(person)).ResponseAsync);
}
