using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Identity.Tests;

public static partial class Doors
{
    private static IEnumerable<Door> People =>
    [
        new("/gdx.identity.v1.Memberships/Join", Who.SignedIn),
        new("/gdx.identity.v1.Memberships/Leave", Who.SignedIn, async (app, other) => new LeaveAgencyRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/Find", Who.SignedIn, (_, other) => Message(new FindMembershipsRequest { AgencyId = other.ToString() })),
        new("/gdx.identity.v1.Memberships/FindSteps", Who.SignedIn, async (app, other) => new FindMembershipStepsRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/Approve", Who.Admin, async (app, other) => new ApproveMembershipRequest { MembershipId = await WaitsAtAsync(app, other), Roles = { Roles.Officer } }),
        new("/gdx.identity.v1.Memberships/Refuse", Who.Admin, async (app, other) => new RefuseMembershipRequest { MembershipId = await WaitsAtAsync(app, other), Reason = "x" }),
        new("/gdx.identity.v1.Memberships/SetMenus", Who.Admin, async (app, other) => new SetMenusRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/SetRoles", Who.Admin, async (app, other) => new SetRolesRequest { MembershipId = await MemberOfAsync(app, other), Roles = { Roles.SuperUser } }),
        new("/gdx.identity.v1.Memberships/Suspend", Who.Admin, async (app, other) => new SuspendMembershipRequest { MembershipId = await MemberOfAsync(app, other), Reason = "x" }),
        new("/gdx.identity.v1.Memberships/Resume", Who.Admin, async (app, other) => new ResumeMembershipRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/End", Who.Admin, async (app, other) => new EndMembershipRequest { MembershipId = await MemberOfAsync(app, other), Reason = "x" }),
        new("/gdx.identity.v1.Memberships/Transfer", Who.Admin, async (app, other) =>
            new TransferMembershipRequest { MembershipId = await MemberOfAsync(app, other), AgencyId = (await SignedIn.AgencyAsync(app)).ToString(), Reason = "x" }),
        new("/gdx.identity.v1.Memberships/NameAdmin", Who.Admin, async (app, other) => new NameAdminRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/RemoveAdmin", Who.Admin, async (app, other) => new RemoveAdminRequest { MembershipId = await MemberOfAsync(app, other, Roles.OrganizationAdmin), Reason = "x" }),
        new("/gdx.identity.v1.Memberships/AskPrimaryChange", Who.Admin | Who.Operator, async (app, other) => new AskPrimaryChangeRequest { MembershipId = await MemberOfAsync(app, other) }),
        new("/gdx.identity.v1.Memberships/DecidePrimaryChange", Who.Operator),
        new("/gdx.identity.v1.Memberships/FindPrimaryChanges", Who.Admin | Who.Operator, (_, other) => Message(new FindPrimaryChangesRequest { AgencyId = other.ToString() })),
        new("/gdx.identity.v1.Memberships/Check", Who.Entitlement),
        new("/gdx.identity.v1.OperatorRoles/Ask", Who.Operator),
        new("/gdx.identity.v1.OperatorRoles/Decide", Who.Operator),
        new("/gdx.identity.v1.OperatorRoles/Withdraw", Who.Operator),
        new("/gdx.identity.v1.OperatorRoles/Find", Who.Operator),
        new("/gdx.identity.v1.People/Get", Who.SignedIn),
        new("/gdx.identity.v1.People/Update", Who.SignedIn),
        new("/gdx.identity.v1.People/Find", Who.Operator),
        new("/gdx.identity.v1.People/VerifyCitizen", Who.Registrar),
        new("/gdx.identity.v1.People/StartProof", Who.SignedIn),
        new("/gdx.identity.v1.People/FinishProof", Who.SignedIn),
        new("/gdx.identity.v1.Pins/IssueSetup", Who.Registrar),
        new("/gdx.identity.v1.Pins/Set", Who.SignedIn),
        new("/gdx.identity.v1.Pins/Check", Who.SignedIn),
        new("/gdx.identity.v1.Pins/Change", Who.SignedIn),
        new("/gdx.identity.v1.Pins/Unlock", Who.Registrar),
    ];

    private static async Task<string> MemberOfAsync(IdentityApp app, Guid agency, string role = Roles.Officer) => (await SignedIn.AsAsync(app, agency, role)).Membership.ToString()!;

    private static async Task<string> WaitsAtAsync(IdentityApp app, Guid agency) =>
        (await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, (await SignedIn.AnyoneAsync(app)).Metadata)).Id;

    private static Task<Google.Protobuf.IMessage> Message(Google.Protobuf.IMessage message) => Task.FromResult(message);
}
