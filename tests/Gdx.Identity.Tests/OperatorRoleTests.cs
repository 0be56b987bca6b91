using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class OperatorRoleTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task One_operator_asks_another_gives_and_one_takes_away()
    {
        var member = await MemberAsync();

        var asked = await AskAsync(member, Roles.Registrar);
        var before = await RolesAsync(member);
        var given = await DecideAsync(asked.Id);
        var with = await RolesAsync(member);
        var withdrawn = await app.OperatorRoles.WithdrawAsync(new() { GrantId = asked.Id, Reason = "ย้าย" }, await app.AsAsync(IdentityApp.Maker));

        Assert.Equal((DecisionState.Pending, Roles.Registrar, member.Person.ToString()), (asked.State, asked.Role, asked.PersonId));
        Assert.Equal((DecisionState.Approved, "ตรวจแล้ว"), (given.State, given.Reason));
        Assert.NotEqual(given.AskedBy, given.DecidedBy);
        Assert.Equal(("officer", "officer,registrar", "officer"), (before, with, await RolesAsync(member)));
        Assert.Equal((DecisionState.Withdrawn, given.AskedBy, "ย้าย"), (withdrawn.State, withdrawn.WithdrawnBy, withdrawn.WithdrawnBecause));
        Assert.Equal("rights-changed", await app.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{member.Session}'"));
        Assert.Equal("identity.role_grant.state", await CodeAsync(async () => await app.OperatorRoles.WithdrawAsync(new() { GrantId = asked.Id, Reason = "x" }, await app.AsAsync(IdentityApp.Maker))));
    }

    [Fact]
    public async Task Nobody_gives_a_role_alone_or_to_themself()
    {
        var member = await MemberAsync();
        var self = new Metadata { { "authorization", $"Bearer {SignedIn.Sign(app, member.Person, member.Session, member.Agency, member.Membership, [Roles.Operator], [])}" } };
        var asked = await AskAsync(member, Roles.Operator);

        Assert.Equal((StatusCode.PermissionDenied, "identity.role_grant.same_person"), await RefusedAsync(async () => await app.OperatorRoles.AskAsync(new() { MembershipId = member.Membership.ToString(), Role = Roles.Auditor }, self)));
        Assert.Equal((StatusCode.PermissionDenied, "identity.role_grant.same_person"), await RefusedAsync(async () => await DecideAsync(asked.Id, who: await app.AsAsync(IdentityApp.Maker))));
        Assert.Equal((StatusCode.PermissionDenied, "identity.role_grant.same_person"), await RefusedAsync(() => DecideAsync(asked.Id, who: self)));
        Assert.Equal("officer", await RolesAsync(member));
    }

    [Fact]
    public async Task What_is_refused_gives_nothing_and_is_kept()
    {
        var member = await MemberAsync();
        var asked = await AskAsync(member, Roles.Auditor);

        await DecideAsync(asked.Id, approve: false);

        Assert.Equal("officer", await RolesAsync(member));
        Assert.Equal("identity.role_grant.state", await CodeAsync(() => DecideAsync(asked.Id)));
        var found = await FindAllAsync(DecisionState.Refused);
        Assert.Equal("ตรวจแล้ว", found.Single(grant => grant.Id == asked.Id).Reason);
        Assert.Equal(found.Select(grant => grant.Id).Distinct(), found.Select(grant => grant.Id));
    }

    [Fact]
    public async Task A_role_is_asked_for_once_of_an_active_member_who_lacks_it()
    {
        var (member, suspended) = (await MemberAsync(), await MemberAsync());
        await app.SqlAsync<string>($"UPDATE memberships SET state = 'Suspended' WHERE id = '{suspended.Membership}' RETURNING state");
        var asked = await AskAsync(member, Roles.Auditor);

        Assert.Equal("identity.role_grant.pending", await CodeAsync(() => AskAsync(member, Roles.Auditor)));
        Assert.Equal("identity.membership.state", await CodeAsync(() => AskAsync(suspended, Roles.Auditor)));
        foreach (var role in new[] { "", "root", Roles.Officer, Roles.OrganizationAdmin, Roles.Service, Roles.Person })
        {
            Assert.Equal("role", (await Refusal.OfAsync(() => AskAsync(member, role))).Field);
        }

        await DecideAsync(asked.Id);
        Assert.Equal("identity.role_grant.same", await CodeAsync(() => AskAsync(member, Roles.Auditor)));
    }

    [Fact]
    public async Task Nothing_is_given_to_who_was_suspended_meanwhile()
    {
        var member = await MemberAsync();
        var asked = await AskAsync(member, Roles.Registrar);
        await app.SqlAsync<string>($"UPDATE memberships SET state = 'Suspended' WHERE id = '{member.Membership}' RETURNING state");

        Assert.Equal("identity.membership.state", await CodeAsync(() => DecideAsync(asked.Id)));
        Assert.Equal(DecisionState.Refused, (await DecideAsync(asked.Id, approve: false)).State);
    }

    [Fact]
    public async Task Of_decisions_at_once_one_counts()
    {
        var member = await MemberAsync();
        var asked = await AskAsync(member, Roles.Registrar);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            try
            {
                return (await DecideAsync(asked.Id, approve: n % 2 == 0)).State.ToString();
            }
            catch (RpcException refused)
            {
                return refused.Reason()!;
            }
        }));

        var decided = Assert.Single(outcomes, outcome => outcome != "identity.role_grant.state");
        Assert.Equal(decided == "Approved" ? "officer,registrar" : "officer", await RolesAsync(member));
    }

    private async Task<SignedIn> MemberAsync() => await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Officer);

    private async Task<RoleGrant> AskAsync(SignedIn member, string role) => await app.OperatorRoles.AskAsync(new() { MembershipId = member.Membership.ToString(), Role = role }, await app.AsAsync(IdentityApp.Maker));

    private async Task<RoleGrant> DecideAsync(string grant, bool approve = true, Metadata? who = null) =>
        await app.OperatorRoles.DecideAsync(new() { GrantId = grant, Approve = approve, Reason = "ตรวจแล้ว" }, who ?? await app.AsAsync(IdentityApp.Checker));

    private Task<string> RolesAsync(SignedIn member) => app.SqlAsync<string>($"SELECT array_to_string(roles, ',') FROM memberships WHERE id = '{member.Membership}'");

    private async Task<List<RoleGrant>> FindAllAsync(DecisionState state)
    {
        var (found, token) = (new List<RoleGrant>(), "");
        do
        {
            var page = await app.OperatorRoles.FindAsync(new() { State = state, PageSize = 1, PageToken = token }, await app.AsAsync(IdentityApp.Maker));
            found.AddRange(page.Grants);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return found;
    }

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;

    private static async Task<(StatusCode Status, string Code)> RefusedAsync(Func<Task> call) => await Refusal.OfAsync(call) is var refusal ? (refusal.Status, refusal.Code) : default;
}
