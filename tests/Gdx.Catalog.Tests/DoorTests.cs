using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;

namespace Gdx.Catalog.Tests;

/// <summary>Every route of the running service × everybody who may knock. People act for an agency here; whose data it is, other tests ask.</summary>
public sealed class DoorTests(CatalogApp app)
{
    private const Who Readers = Who.SignedIn | Who.Services;
    private const Who Writers = Who.DataOwner | Who.Operator;
    private const Who Askers = Who.Admin | Who.Operator;
    private static readonly Guid Agency = Guid.NewGuid();

    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.catalog.v1.Datasets/Get"] = Readers,
        ["/gdx.catalog.v1.Datasets/Find"] = Readers,
        ["/gdx.catalog.v1.Datasets/Export"] = Readers,
        ["/gdx.catalog.v1.Datasets/Compare"] = Readers,
        ["/gdx.catalog.v1.Datasets/GetHistory"] = Writers | Who.Auditor,
        ["/gdx.catalog.v1.Datasets/SaveDraft"] = Writers,
        ["/gdx.catalog.v1.Datasets/ProposeDraft"] = Writers,
        ["/gdx.catalog.v1.Datasets/DiscardDraft"] = Writers,
        ["/gdx.catalog.v1.Datasets/CorrectTexts"] = Writers,
        ["/gdx.catalog.v1.Datasets/Deprecate"] = Writers,
        ["/gdx.catalog.v1.Datasets/Publish"] = Who.Operator,
        ["/gdx.catalog.v1.Datasets/AssignOwner"] = Who.Operator,
        ["/gdx.catalog.v1.DataRequests/Ask"] = Who.Admin,
        ["/gdx.catalog.v1.DataRequests/Get"] = Askers,
        ["/gdx.catalog.v1.DataRequests/Find"] = Askers,
        ["/gdx.catalog.v1.DataRequests/Collect"] = Who.Operator,
        ["/gdx.catalog.v1.DataRequests/Answer"] = Who.Operator,
        ["/gdx.catalog.v1.DataRequests/Decline"] = Who.Operator,
        ["/gdx.catalog.v1.DataRequests/Merge"] = Who.Operator,
        ["/gdx.catalog.v1.DataOffers/Offer"] = Who.Admin,
        ["/gdx.catalog.v1.DataOffers/Revise"] = Who.Admin,
        ["/gdx.catalog.v1.DataOffers/Get"] = Askers,
        ["/gdx.catalog.v1.DataOffers/Find"] = Askers,
        ["/gdx.catalog.v1.DataOffers/Accept"] = Who.Operator,
        ["/gdx.catalog.v1.DataOffers/Decline"] = Who.Operator,
        ["/gdx.catalog.v1.DataOffers/Retract"] = Askers,
        ["/gdx.catalog.v1.DataOffers/Resend"] = Who.Operator,
        ["/gdx.catalog.v1.DataOffers/ProposeTimes"] = Askers,
        ["/gdx.catalog.v1.DataOffers/AgreeTime"] = Askers,
        ["/gdx.catalog.v1.DataOffers/NoteDown"] = Who.Operator,
        ["/gdx.catalog.v1.DataOffers/MakeDraft"] = Who.Operator,
        ["GET /datasets/{slug}"] = Readers,
        ["GET /datasets/{slug}/{version}"] = Readers,
        ["GET /datasets/{slug}/{version}/fields/{name}"] = Readers,
        ["GET /datasets/{slug}/{version}/openapi.json"] = Readers,
        ["GET /datasets/{slug}/{version}/schema.json"] = Readers,
        ["GET /datasets/{slug}/{version}/dcat.jsonld"] = Readers,
        ["GET /datasets/{slug}/{version}/dcat.ttl"] = Readers,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(app.Services, Doors, _ => app.CreateDefaultClient(), Authorization));

    [Theory]
    [InlineData(Menus.RequestData, true)]
    [InlineData(Menus.OfferData, false)]
    [InlineData(Menus.LookUpPerson, false)]
    public async Task An_officer_asks_for_data_where_that_menu_is_open(string menu, bool enters)
    {
        var find = () => app.Requests().FindAsync(new(), app.As(Guid.NewGuid(), Agency, [Roles.Officer], menu)).ResponseAsync;
        Assert.Equal(enters ? "" : "caller.menu_closed", await CodeAsync(find));
    }

    [Theory]
    [InlineData(Menus.OfferData, true)]
    [InlineData(Menus.RequestData, false)]
    public async Task An_officer_offers_data_where_that_menu_is_open(string menu, bool enters)
    {
        var find = () => app.Offers().FindAsync(new(), app.As(Guid.NewGuid(), Agency, [Roles.Officer], menu)).ResponseAsync;
        Assert.Equal(enters ? "" : "caller.menu_closed", await CodeAsync(find));
    }

    [Fact]
    public async Task An_admin_who_acts_for_no_agency_asks_and_offers_nothing()
    {
        var nowhere = app.As(Guid.NewGuid(), null, [Roles.OrganizationAdmin]);
        Assert.Equal("caller.without_agency", await CodeAsync(() => app.Requests().FindAsync(new(), nowhere).ResponseAsync));
        Assert.Equal("caller.without_agency", await CodeAsync(() => app.Offers().FindAsync(new(), nowhere).ResponseAsync));
    }

    private static async Task<string> CodeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (Grpc.Core.RpcException)
        {
            return (await Refusal.OfAsync(call)).Code;
        }
    }

    private string? Authorization(Who who)
    {
        if (who == Who.Anonymous)
        {
            return null;
        }

        var roles = Knock.RolesOf(who);
        return (roles.Contains(Roles.Person) && who != Who.ApiClient ? app.As(Guid.NewGuid(), Agency, [.. roles.Skip(1)]) : app.As([.. roles])).GetValue("authorization");
    }
}
