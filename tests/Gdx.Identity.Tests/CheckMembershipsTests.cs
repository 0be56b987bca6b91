using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class CheckMembershipsTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task Only_active_members_of_the_agency_are_answered_however_they_are_called()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (member, admin) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin, Roles.Officer));
        var foreign = await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Officer);
        var waiting = await SignedIn.AnyoneAsync(app);
        await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, waiting.Metadata);

        var reply = await CheckAsync(agency, member.Person.ToString(), admin.Membership.ToString()!.ToUpperInvariant(), foreign.Person.ToString(), waiting.Person.ToString(), Guid.NewGuid().ToString());

        Assert.Equal(
            [(member.Person.ToString(), member.Person.ToString()), (admin.Membership.ToString()!.ToUpperInvariant(), admin.Person.ToString())],
            reply.Members.Select(one => (one.Asked, one.PersonId)));
        Assert.Equal([Roles.OrganizationAdmin, Roles.Officer], reply.Members[1].Roles);
    }

    [Fact]
    public async Task Somebody_suspended_or_an_agency_that_is_suspended_is_not_answered()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (member, admin) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin));
        await app.Memberships.SuspendAsync(new() { MembershipId = member.Membership.ToString(), Reason = "leave" }, admin.Metadata);
        var closed = await SignedIn.AgencyAsync(app, one => one.State = AgencyState.Suspended);
        var left = await SignedIn.AsAsync(app, closed, Roles.Officer);

        Assert.Empty((await CheckAsync(agency, member.Person.ToString())).Members);
        Assert.Empty((await CheckAsync(closed, left.Person.ToString())).Members);
        Assert.Empty((await CheckAsync(Guid.NewGuid(), left.Person.ToString())).Members);
    }

    [Fact]
    public async Task Whoever_types_a_colleagues_email_is_not_taken_for_the_colleague()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (colleague, thief) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.Officer));
        await app.People.UpdateAsync(new() { Email = "colleague@welfare.go.th" }, thief.Metadata);

        Assert.Equal("asked", (await Refused(new() { AgencyId = agency.ToString(), Asked = { "colleague@welfare.go.th" } })).Field);
        Assert.Equal("asked", (await Refused(new() { AgencyId = agency.ToString(), Asked = { colleague.Person.ToString(), "colleague@welfare.go.th" } })).Field);
    }

    [Fact]
    public async Task Bad_input_is_refused()
    {
        var agency = Guid.NewGuid().ToString();

        Assert.Equal("agency_id", (await Refused(new() { AgencyId = "x", Asked = { "y" } })).Field);
        Assert.Equal("asked", (await Refused(new() { AgencyId = agency })).Field);
        Assert.Equal("asked", (await Refused(new() { AgencyId = agency, Asked = { "" } })).Field);
        Assert.Equal("asked", (await Refused(new() { AgencyId = agency, Asked = { Enumerable.Range(0, 1001).Select(_ => Guid.NewGuid().ToString()) } })).Field);
        Assert.Equal("asked", (await Refused(new() { AgencyId = agency, Asked = { "\0" } })).Field);
    }

    private async Task<CheckMembershipsReply> CheckAsync(Guid agency, params string[] asked) =>
        await app.Memberships.CheckAsync(new() { AgencyId = agency.ToString(), Asked = { asked } }, await app.AsAsync(IdentityApp.Entitlement));

    private async Task<Refusal> Refused(CheckMembershipsRequest request)
    {
        var entitlement = await app.AsAsync(IdentityApp.Entitlement);
        var refusal = await Refusal.OfAsync(() => app.Memberships.CheckAsync(request, entitlement).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "request.invalid"), (refusal.Status, refusal.Code));
        return refusal;
    }
}
