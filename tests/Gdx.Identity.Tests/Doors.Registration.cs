using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Identity.Tests;

public static partial class Doors
{
    private static IEnumerable<Door> Registration =>
    [
        new("/gdx.identity.v1.Applications/Get", Who.SignedIn, async (app, agency) => new GetApplicationRequest { ApplicationId = (await Paper.OfAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Applications/Find", Who.SignedIn),
        new("/gdx.identity.v1.Applications/SaveDraft", Who.SignedIn,
            async (app, agency) => new SaveDraftRequest { ApplicationId = (await Paper.DraftOfAsync(app, agency)).Id, Form = IdentityApp.Form() }),
        new("/gdx.identity.v1.Applications/SubmitDraft", Who.SignedIn, async (app, agency) => new SubmitDraftRequest { ApplicationId = (await Paper.DraftOfAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Applications/Withdraw", Who.SignedIn, async (app, agency) => new WithdrawApplicationRequest { ApplicationId = (await Paper.DraftOfAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Applications/Return", Who.Operator),
        new("/gdx.identity.v1.Applications/Endorse", Who.Admin, async (app, agency) => new EndorseApplicationRequest { ApplicationId = (await Paper.RegionalUnderAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Applications/Decline", Who.Admin,
            async (app, agency) => new DeclineApplicationRequest { ApplicationId = (await Paper.RegionalUnderAsync(app, agency)).Id, Reason = "not ours" }),
        new("/gdx.identity.v1.Agencies/Find", Who.SignedIn),
        new("/gdx.identity.v1.Agencies/Suspend", Who.Operator),
        new("/gdx.identity.v1.Agencies/Reinstate", Who.Operator),
        new("/gdx.identity.v1.Agencies/Close", Who.Operator),
        new("/gdx.identity.v1.Letters/Attach", Who.SignedIn, async (app, agency) =>
            new AttachLetterRequest { Start = new() { ApplicationId = (await Paper.OfAsync(app, agency)).Id, Name = "letter.pdf", Size = 100 } }),
        new("/gdx.identity.v1.Letters/Get", Who.SignedIn, async (app, agency) => new GetLetterRequest { LetterId = (await Paper.LetterOfAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Letters/Remove", Who.SignedIn, async (app, agency) => new RemoveLetterRequest { LetterId = (await Paper.LetterOfAsync(app, agency)).Id }),
        new("/gdx.identity.v1.Branches/Template", Who.SignedIn),
        new("/gdx.identity.v1.Branches/Import", Who.Operator | Who.Admin, (_, agency) => Task.FromResult<Google.Protobuf.IMessage>(
            new ImportBranchesRequest { Start = new() { AgencyId = agency.ToString(), Size = 100 } })),
        new("/gdx.identity.v1.Branches/Find", Who.SignedIn),
        new("/gdx.identity.v1.GovernmentBodies/Template", Who.Operator),
        new("/gdx.identity.v1.GovernmentBodies/Import", Who.Operator),
        new("/gdx.identity.v1.GovernmentBodies/Find", Who.Operator),
        new("/gdx.identity.v1.GovernmentBodies/Put", Who.Operator),
        new("/gdx.identity.v1.GovernmentBodies/Remove", Who.Operator),
        new("/gdx.identity.v1.GovernmentBodies/FindDecisions", Who.Operator),
        new("/gdx.identity.v1.Holidays/Put", Who.Operator),
        new("/gdx.identity.v1.Holidays/Remove", Who.Operator),
        new("/gdx.identity.v1.Holidays/Find", Who.SignedIn | Who.Services),
    ];
}
