using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class GovernmentBodyTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task What_the_register_confirms_needs_no_second_look_and_what_it_does_not_needs_a_reason()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var known = Paper.FullForm();
        await app.GovernmentBodies.PutAsync(BodyOf(known), maker);
        var sure = await app.SubmitAsync(known);
        var unsure = await app.SubmitAsync(Paper.FullForm());

        var verified = await app.Applications.VerifyAsync(new() { ApplicationId = sure.Id }, maker);
        var refused = await Refusal.OfAsync(() => app.Applications.VerifyAsync(new() { ApplicationId = unsure.Id }, maker).ResponseAsync);
        var accepted = await app.Applications.VerifyAsync(new() { ApplicationId = unsure.Id, Reason = "Their letter is real." }, maker);

        Assert.Empty(sure.Doubts);
        Assert.Equal(ApplicationState.Verified, verified.State);
        Assert.Equal("not-in-register", Assert.Single(unsure.Doubts).Code);
        Assert.True(unsure.Doubts[0].TextTh.Length > 0 && unsure.Doubts[0].TextEn.Length > 0);
        Assert.Equal("reason", refused.Field);
        Assert.Equal("Their letter is real.", accepted.History[^1].Reason);
        var decisions = (await app.GovernmentBodies.FindDecisionsAsync(new() { PageSize = 100 }, maker)).Decisions;
        Assert.Equal(GovernmentOutcome.Accepted, Assert.Single(decisions, one => one.ApplicationId == sure.Id).Outcome);
        Assert.Equal((GovernmentOutcome.Doubtful, "not-in-register"), (decisions.Single(one => one.ApplicationId == unsure.Id).Outcome, decisions.Single(one => one.ApplicationId == unsure.Id).Reasons.Single()));
    }

    [Fact]
    public async Task A_body_that_was_taken_out_confirms_nothing_any_more()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var form = Paper.FullForm();
        await app.GovernmentBodies.PutAsync(BodyOf(form), maker);

        await app.GovernmentBodies.RemoveAsync(new() { JuristicId = form.AgencyJuristicId }, maker);

        Assert.Equal("not-in-register", Assert.Single((await app.SubmitAsync(form)).Doubts).Code);
        Assert.Equal(new(StatusCode.NotFound, "identity.government_body.unknown", ""), await Refusal.OfAsync(() => app.GovernmentBodies.RemoveAsync(new() { JuristicId = form.AgencyJuristicId }, maker).ResponseAsync));
    }

    [Fact]
    public async Task A_list_is_taken_in_whole_and_again_changes_nothing()
    {
        var numbers = Enumerable.Range(0, 3).Select(_ => JuristicId.Synthetic(IdentityApp.NextNumber()).Value).Order().ToArray();
        string[][] rows =
        [
            [numbers[0], $"กรม {numbers[0]}", "Department", "department", "Welfare.go.th, welfare.or.th", ""],
            [numbers[1], $"จังหวัด {numbers[1]}", "Province", "REGIONAL", "", numbers[0]],
            [numbers[2], $"เทศบาล {numbers[2]}", "Town", "local", "town.go.th", ""],
        ];
        var maker = await app.AsAsync(IdentityApp.Maker);

        var first = await Lists.ImportBodiesAsync(app, Lists.Workbook(Lists.BodySheet, rows.Prepend(Lists.BodyHeadings)));
        var again = await Lists.ImportBodiesAsync(app, Lists.Workbook(Lists.BodySheet, rows.Prepend(Lists.BodyHeadings)));
        rows[2][4] = "town.go.th,city.go.th";
        var changed = await Lists.ImportBodiesAsync(app, Lists.Workbook(Lists.BodySheet, [Lists.BodyHeadings, rows[2]]));

        Assert.Equal(new ImportReport { Accepted = true, Rows = 3, Added = 3 }, first);
        Assert.Equal(new ImportReport { Accepted = true, Rows = 3, Unchanged = 3 }, again);
        Assert.Equal(new ImportReport { Accepted = true, Rows = 1, Changed = 1 }, changed);
        var department = Assert.Single((await app.GovernmentBodies.FindAsync(new() { Text = numbers[0] }, maker)).Bodies, body => body.JuristicId == numbers[0]);
        Assert.Equal((AgencyKind.Department, "welfare.go.th welfare.or.th"), (department.Kind, string.Join(' ', department.MailDomains)));
        Assert.Equal(numbers[0], Assert.Single((await app.GovernmentBodies.FindAsync(new() { Text = $"จังหวัด {numbers[1]}" }, maker)).Bodies).CentralJuristicId);
        var page = await app.GovernmentBodies.FindAsync(new() { PageSize = 1, PageToken = numbers[0] }, maker);
        Assert.Equal((numbers[1], numbers[1]), (page.Bodies.Single().JuristicId, page.NextPageToken));
    }

    [Fact]
    public async Task One_wrong_row_and_nothing_is_kept()
    {
        var number = JuristicId.Synthetic(IdentityApp.NextNumber()).Value;
        var report = await Lists.ImportBodiesAsync(app, Lists.Workbook(Lists.BodySheet,
        [
            Lists.BodyHeadings,
            [number, "กรม", "Department", "department", "", ""],
            ["0105500000003", "บริษัท", "Company", "department", "", ""],
            [CitizenId.Synthetic(1).Value, "บุคคล", "Citizen", "department", "", ""],
            [number, "กรม", "Department", "department", "", ""],
            [JuristicId.Synthetic(IdentityApp.NextNumber()).Value, "", "", "ministry", "gmail.com", "1"],
            [JuristicId.Synthetic(IdentityApp.NextNumber()).Value, "กรม", "Department", "department", "go.th", number],
        ]));

        Assert.False(report.Accepted);
        Assert.Equal(["3A", "4A", "5A", "6B", "6C", "6D", "6E", "6F", "7E", "7F"], report.Faults.Select(fault => $"{fault.Row}{fault.Column}").Order());
        Assert.Empty((await app.GovernmentBodies.FindAsync(new() { Text = number }, await app.AsAsync(IdentityApp.Maker))).Bodies);
    }

    [Fact]
    public async Task In_development_the_register_knows_some_bodies_by_their_public_names()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);

        var body = Assert.Single((await app.GovernmentBodies.FindAsync(new() { Text = "กรมการปกครอง" }, maker)).Bodies);
        var known = await app.SubmitAsync(form => (form.AgencyJuristicId, form.AgencyNameTh, form.ContactEmail) = (body.JuristicId, body.NameTh, "it@dopa.go.th"));

        Assert.True(JuristicId.TryParse(body.JuristicId, out _));
        Assert.Empty(known.Doubts);
        Assert.Equal(20L, await app.SqlAsync<long>($"SELECT count(*) FROM government_bodies WHERE put_by = '{Guid.Empty}'"));
    }

    [Fact]
    public async Task Elsewhere_the_register_is_the_operators_alone()
    {
        await using var production = new IdentityApp { EnvironmentName = "Production" };
        foreach (var setting in production.Settings.Keys.Where(key => key.StartsWith("Gdx:DevelopmentOperators", StringComparison.Ordinal)).ToList())
        {
            production.Settings.Remove(setting);
        }

        await production.UseServersAsync();
        await production.HealthyAsync();

        Assert.Equal(0L, await production.SqlAsync<long>("SELECT count(*) FROM government_bodies"));
    }

    public static TheoryData<string> Fields => [.. Wrong.Keys];

    private static readonly Dictionary<string, Action<GovernmentBody>> Wrong = new()
    {
        ["juristic_id"] = body => body.JuristicId = "0105500000003",
        ["name_th"] = body => body.NameTh = "",
        ["name_en"] = body => body.NameEn = new string('x', 201),
        ["kind"] = body => body.Kind = AgencyKind.Unspecified,
        ["mail_domains"] = body => body.MailDomains.Add("th"),
        ["central_juristic_id"] = body => body.CentralJuristicId = JuristicId.Synthetic(1).Value,
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_field_that_does_not_fit_is_named(string field)
    {
        var body = BodyOf(Paper.FullForm());
        Wrong[field](body);

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(async () => await app.GovernmentBodies.PutAsync(body, await app.AsAsync(IdentityApp.Maker))));
    }

    [Fact]
    public async Task A_page_that_does_not_exist_is_refused()
    {
        var maker = await app.AsAsync(IdentityApp.Maker);

        Assert.Equal("page_token", (await Refusal.OfAsync(() => app.GovernmentBodies.FindAsync(new() { PageToken = "x" }, maker).ResponseAsync)).Field);
        Assert.Equal("page_token", (await Refusal.OfAsync(() => app.GovernmentBodies.FindDecisionsAsync(new() { PageToken = "x" }, maker).ResponseAsync)).Field);
        Assert.Equal("outcome", (await Refusal.OfAsync(() => app.GovernmentBodies.FindDecisionsAsync(new() { Outcome = (GovernmentOutcome)99 }, maker).ResponseAsync)).Field);
    }

    private static GovernmentBody BodyOf(SubmitApplicationRequest form) =>
        new() { JuristicId = form.AgencyJuristicId, NameTh = form.AgencyNameTh, NameEn = form.AgencyNameEn, Kind = form.AgencyKind, MailDomains = { "welfare.go.th" } };
}
