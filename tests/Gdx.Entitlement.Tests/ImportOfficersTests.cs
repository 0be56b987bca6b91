using System.Text;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class ImportOfficersTests(EntitlementApp app)
{
    private const string Header = "group,officer,valid_from,valid_until\r\n";

    [Fact]
    public async Task A_list_registers_officers_by_the_id_of_person_or_membership_for_whole_Thai_days_and_twice_is_once()
    {
        var (agency, one, other) = await GroupsAsync();
        var membership = Guid.CreateVersion7();
        var (hired, known) = (app.Identity.NewMember(agency, membership), app.Identity.NewMember(agency));
        var list = Encoding.UTF8.GetBytes($"\uFEFFกลุ่ม,เจ้าหน้าที่,ตั้งแต่,ถึง\n\"{one.Name}\", {membership} ,2569-10-01,2570-09-30\n\n{other.Name},{known},,\n{one.Name},{known},2026-10-01,2027-09-30\n");

        var first = await app.ImportAsync(app.AsSuperUser(agency), list[..7], list[7..]);
        var second = await app.ImportAsync(app.AsSuperUser(agency), list);

        Assert.Equal((true, 3, 3, 0), (first.Accepted, first.Rows, first.Added, first.Unchanged));
        Assert.Equal((true, 3, 0, 3), (second.Accepted, second.Rows, second.Added, second.Unchanged));
        var (imported, kept) = (await app.GroupAsync(agency, one.Id), await app.GroupAsync(agency, other.Id));
        Assert.Equal(new[] { hired.ToString(), known.ToString() }.Order(), imported.OfficerIds.Order());
        Assert.Equal((new DateTime(2026, 9, 30, 17, 0, 0), new DateTime(2027, 9, 30, 17, 0, 0)), (imported.ValidFrom.ToDateTime(), imported.ValidUntil.ToDateTime()));
        Assert.Equal((known.ToString(), other.ValidFrom, other.ValidUntil), (kept.OfficerIds.Single(), kept.ValidFrom, kept.ValidUntil));
        Assert.Single((await app.Groups.GetAsync(new() { GroupId = one.Id, WithSteps = true }, app.AsSuperUser(agency))).Steps, step => step.Act == OfficerGroupAct.Imported);
    }

    [Fact]
    public async Task One_wrong_row_and_nothing_is_taken_in_and_the_report_says_what_is_wrong_where_in_two_languages()
    {
        var (agency, one, _) = await GroupsAsync();
        var (self, good, twice) = (app.Identity.NewMember(agency), app.Identity.NewMember(agency), app.Identity.NewMember(agency));
        var stranger = app.Identity.NewMember(Guid.CreateVersion7());
        string[] rows =
        [
            $"{one.Name},{good},,",
            $"ไม่มีกลุ่มนี้,{good},,",
            $"{one.Name},{stranger},,",
            $"{one.Name},{self},,",
            $"{one.Name},{twice},,",
            $"{one.Name},{twice},,",
            $"{one.Name},{app.Identity.NewMember(agency)},2026-13-01,2027-01-01",
            $"{one.Name},{app.Identity.NewMember(agency)},2027-02-01,2027-01-01",
            $"{one.Name},{app.Identity.NewMember(agency)},2027-02-01,",
            $"{one.Name},,,",
            $",{good},,",
            $"{one.Name},{app.Identity.NewMember(agency)},2020-01-01,2020-12-31",
            "only one cell",
            $"{one.Name},somchai@welfare.go.th,,",
        ];

        var report = await app.ImportAsync(app.Of(agency, self, Roles.SuperUser), Encoding.UTF8.GetBytes(Header + string.Join("\r\n", rows)));

        Assert.False(report.Accepted);
        Assert.Equal(report.Faults.Count, report.FaultCount);
        Assert.Equal(Enumerable.Range(3, 13).Except([6]), report.Faults.Select(fault => fault.Row).Distinct().Order());
        Assert.All(report.Faults, fault => Assert.True(fault.TextTh.Any(letter => letter is >= '\u0E00' and <= '\u0E7F') && fault.TextEn.StartsWith($"Row {fault.Row}, {fault.Column}: ", StringComparison.Ordinal)));
        Assert.Empty((await app.GroupAsync(agency, one.Id)).OfficerIds);
    }

    [Fact]
    public async Task A_file_that_is_no_list_is_refused()
    {
        var (agency, one, _) = await GroupsAsync();
        var superUser = app.AsSuperUser(agency);

        Assert.Equal("entitlement.import.unreadable", await CodeAsync([0x50, 0x4B, 3, 4, 0]));
        Assert.Equal("entitlement.import.unreadable", await CodeAsync([.. Encoding.UTF8.GetBytes(Header), 0xFF, 0xFE]));
        Assert.Equal("entitlement.import.unreadable", await CodeAsync(Encoding.UTF8.GetBytes(Header + "a\"b,c,d,e\n")));
        Assert.Equal("entitlement.import.header", await CodeAsync([]));
        Assert.Equal("entitlement.import.header", await CodeAsync(Encoding.UTF8.GetBytes("group;officer;valid_from;valid_until\n")));
        Assert.Equal("entitlement.import.too_many_rows", await CodeAsync(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat($"{one.Name},a@b.go.th,,\n", 10_001)))));
        var chunk = new byte[64 * 1024];
        Assert.Equal("entitlement.import.too_large", await CodeAsync([.. Enumerable.Repeat(chunk, 10 * 1024 / 64), [1]]));
        Assert.Equal(1, (await app.ImportAsync(superUser, Encoding.UTF8.GetBytes(Header))).FaultCount);

        async Task<string> CodeAsync(params byte[][] chunks)
        {
            var refusal = await Refusal.OfAsync(() => app.ImportAsync(superUser, chunks));
            Assert.Equal(StatusCode.InvalidArgument, refusal.Status);
            return refusal.Code;
        }
    }

    [Fact]
    public async Task A_list_reaches_only_groups_of_the_own_agency_and_managed_ones_only_by_the_super_user()
    {
        var (agency, one, _) = await GroupsAsync();
        var (other, stranger) = (app.Identity.NewAgency(), Guid.CreateVersion7());
        var row = Encoding.UTF8.GetBytes(Header + $"{one.Name},{app.Identity.NewMember(other)},,");

        Assert.Equal("group", (await app.ImportAsync(app.Of(other, stranger, Roles.SuperUser), row)).Faults.Single().Column);
        var letter = app.Letter(agency);
        letter.OfficersManaged = true;
        var managed = await app.Groups.SaveAsync(EntitlementApp.Wish(await app.GrantAsync(letter)), app.AsSuperUser(agency));
        var list = Encoding.UTF8.GetBytes(Header + $"{managed.Name},{app.Identity.NewMember(agency)},,");
        Assert.Equal("entitlement.group.super_user", (await Refusal.OfAsync(() => app.ImportAsync(app.Of(agency, Roles.OrganizationAdmin), list))).Code);
        Assert.True((await app.ImportAsync(app.AsSuperUser(agency), list)).Accepted);
    }

    [Fact]
    public async Task A_list_of_ten_thousand_is_taken_in()
    {
        var (agency, _, _) = await GroupsAsync();
        var grant = await app.GrantAsync(app.Letter(agency));
        List<OfficerGroup> groups = [];
        for (var n = 0; n < 10; n++)
        {
            groups.Add(await app.Groups.SaveAsync(EntitlementApp.Wish(grant), app.AsSuperUser(agency)));
        }

        var rows = groups.SelectMany(group => Enumerable.Range(0, 1000).Select(_ => $"{group.Name},{app.Identity.NewMember(agency)},,\n"));

        var report = await app.ImportAsync(app.AsSuperUser(agency), Encoding.UTF8.GetBytes(Header + string.Concat(rows)));

        Assert.Equal((true, 10_000, 10_000), (report.Accepted, report.Rows, report.Added));
        Assert.Equal(1000, (await app.GroupAsync(agency, groups[9].Id)).OfficerIds.Count);
    }

    private async Task<(Guid Agency, OfficerGroup One, OfficerGroup Other)> GroupsAsync()
    {
        var agency = app.Identity.NewAgency();
        var grant = await app.GrantAsync(app.Letter(agency));
        return (agency, await app.Groups.SaveAsync(EntitlementApp.Wish(grant), app.AsSuperUser(agency)), await app.Groups.SaveAsync(EntitlementApp.Wish(grant), app.AsSuperUser(agency)));
    }
}
