using System.Globalization;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class BranchTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private static readonly string Headings = Lists.Headings(Lists.BranchHeadings);

    [Fact]
    public async Task A_list_is_taken_in_whole_and_again_changes_nothing()
    {
        var (agency, admin) = await AgencyAsync();
        string[][] rows = [["00002", "สาขาเชียงใหม่", "Chiang Mai", "เชียงใหม่", "1 ถนนทดสอบ"], ["00001", "สาขาน่าน", "", "น่าน", ""], [], ["A-3", "สาขา \"<&>\"", "", "ตาก", ""]];
        var file = Lists.Workbook(Lists.BranchSheet, rows.Prepend(Lists.BranchHeadings));

        var first = await Lists.ImportAsync(app, admin, agency, file);
        var again = await Lists.ImportAsync(app, admin, agency, file);
        rows[0][1] = "สาขาเชียงใหม่ใหม่";
        var changed = await Lists.ImportAsync(app, admin, agency, Lists.Workbook(Lists.BranchSheet, [Lists.BranchHeadings, rows[0], ["9", "สาขาใหม่", "", "เลย", ""]]));

        Assert.Equal(new ImportReport { Accepted = true, Rows = 3, Added = 3 }, first);
        Assert.Equal(new ImportReport { Accepted = true, Rows = 3, Unchanged = 3 }, again);
        Assert.Equal(new ImportReport { Accepted = true, Rows = 2, Added = 1, Changed = 1 }, changed);
        var found = await FindAsync(agency, admin);
        Assert.Equal(["00001", "00002", "9", "A-3"], found.Select(branch => branch.Code));
        Assert.Equal(("สาขาเชียงใหม่ใหม่", "Chiang Mai", "เชียงใหม่", "1 ถนนทดสอบ"), (found[1].NameTh, found[1].NameEn, found[1].Province, found[1].Address));
        Assert.Equal("สาขา \"<&>\"", found[3].NameTh);
    }

    [Fact]
    public async Task One_wrong_row_and_nothing_is_kept_and_every_fault_is_told_in_Thai_and_English()
    {
        var (agency, admin) = await AgencyAsync();
        var file = Lists.Workbook(Lists.BranchSheet,
        [
            Lists.BranchHeadings,
            ["1", "สาขาที่ถูก", "", "น่าน", ""],
            ["สาขา", "สาขา", "", "น่าน", ""],
            ["1", "สาขาซ้ำ", "", "น่าน", ""],
            ["", "", "", "", "ที่อยู่"],
            ["5", new string('ก', 201), new string('x', 201), new string('ก', 101), new string('ก', 501)],
            ["6", "a\u2028b", "", "น่าน", "", "นอกตาราง"],
            ["7", new string('ก', 1001), "", "น่าน", ""],
        ]);

        var report = await Lists.ImportAsync(app, admin, agency, file);

        Assert.False(report.Accepted);
        Assert.Equal((7, 0, 13), (report.Rows, report.Added, report.FaultCount));
        Assert.Equal(["3A", "4A", "5A", "5B", "5D", "6B", "6C", "6D", "6E", "7B", "7F", "8B", "8B"], report.Faults.Select(fault => $"{fault.Row}{fault.Column}").Order());
        Assert.All(report.Faults, fault => Assert.True(fault.TextTh.Contains($"แถว {fault.Row}", StringComparison.Ordinal) && fault.TextEn.Contains($"Row {fault.Row}", StringComparison.Ordinal)));
        Assert.Empty(await FindAsync(agency, admin));
    }

    [Fact]
    public async Task The_template_is_taken_as_it_comes_once_it_has_rows_and_not_before()
    {
        var (agency, admin) = await AgencyAsync();
        var template = await app.Branches.TemplateAsync(new(), admin);

        var report = await Lists.ImportAsync(app, admin, agency, template.Content.ToByteArray());

        Assert.EndsWith(".xlsx", template.FileName, StringComparison.Ordinal);
        Assert.Equal((false, 0, 1), (report.Accepted, report.Rows, report.FaultCount));
    }

    [Theory]
    [InlineData("""<c r="A2"><f>1+1</f><v>2</v></c>""", "formula")]
    [InlineData("""<c r="A2" t="str"><f>HYPERLINK("http://evil.test")</f><v>1</v></c>""", "formula")]
    [InlineData("""<c r="A2"><v>1</v></c>""", "text")]
    [InlineData("""<c r="A2" t="n"><v>45000</v></c>""", "text")]
    [InlineData("""<c r="A2" t="b"><v>1</v></c>""", "text")]
    [InlineData("""<c r="A2" t="e"><v>#REF!</v></c>""", "text")]
    public async Task A_cell_that_is_not_plain_text_is_told(string cell, string why)
    {
        var (agency, admin) = await AgencyAsync();
        var file = Lists.Raw(Lists.BranchSheet, $"{Headings}<row r=\"2\">{cell}{Lists.Cell(2, 1, "สาขา")}{Lists.Cell(2, 3, "น่าน")}</row>");

        var report = await Lists.ImportAsync(app, admin, agency, file);

        Assert.False(report.Accepted);
        Assert.Contains(report.Faults, fault => fault is { Row: 2, Column: "A" } && fault.TextEn.Contains(why, StringComparison.Ordinal));
    }

    public static TheoryData<string> WrongFiles => [.. Wrong.Keys];

    private static readonly Dictionary<string, (string Code, Func<byte[]> File)> Wrong = new()
    {
        ["text"] = ("identity.workbook.unreadable", () => "code,name\n1,2"u8.ToArray()),
        ["a zip archive of something else"] = ("identity.workbook.unreadable", () => Lists.Zip([("readme.txt", "hello"u8.ToArray())])),
        ["a workbook cut short"] = ("identity.workbook.unreadable", () => Fine()[..^40]),
        ["a workbook with a bit turned"] = ("identity.workbook.unreadable", () => Lists.Raw(Lists.BranchSheet, Headings, parts => parts["xl/workbook.xml"] += "<")),
        ["a workbook without its sheet"] = ("identity.workbook.unreadable", () => Lists.Raw(Lists.BranchSheet, Headings, parts => parts.Remove("xl/worksheets/sheet1.xml"))),
        ["a sheet that includes a file"] = ("identity.workbook.unreadable", () => Lists.Raw(Lists.BranchSheet, Headings, parts =>
            parts["xl/worksheets/sheet1.xml"] = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + parts["xl/worksheets/sheet1.xml"].Replace("รหัสสาขา", "&e;", StringComparison.Ordinal))),
        ["a shared text that is not there"] = ("identity.workbook.unreadable", () => Lists.Raw(Lists.BranchSheet, Headings + """<row r="2"><c r="A2" t="s"><v>7</v></c></row>""")),
        ["a cell at no place"] = ("identity.workbook.unreadable", () => Lists.Raw(Lists.BranchSheet, Headings + """<row r="2"><c r="7" t="s"><v>7</v></c></row>""")),
        ["an old or locked workbook"] = ("identity.workbook.protected", () => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[500]]),
        ["macros by name"] = ("identity.workbook.macros", () => Lists.Raw(Lists.BranchSheet, Headings, parts => parts["xl/vbaProject.bin"] = "x")),
        ["macros by type"] = ("identity.workbook.macros", () => Lists.Raw(Lists.BranchSheet, Headings, parts =>
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].Replace("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", StringComparison.Ordinal))),
        ["a bomb"] = ("identity.workbook.bomb", () => Lists.Raw(Lists.BranchSheet, Headings, parts => parts["xl/media/a.xml"] = new string(' ', 65 * 1024 * 1024))),
        ["a thousand parts"] = ("identity.workbook.bomb", () => Lists.Zip(Enumerable.Range(0, 1000).Select(n => ($"xl/{n}.xml", Array.Empty<byte>())))),
        ["another sheet"] = ("identity.workbook.sheet", () => Lists.Workbook("Sheet1", [Lists.BranchHeadings])),
        ["the sheet of another list"] = ("identity.workbook.sheet", () => Lists.Workbook(Lists.BodySheet, [Lists.BodyHeadings])),
        ["a second sheet"] = ("identity.workbook.sheet", () => Lists.Raw(Lists.BranchSheet, Headings, parts =>
            parts["xl/workbook.xml"] = parts["xl/workbook.xml"].Replace("</sheets>", "<sheet name=\"Hidden\" sheetId=\"2\" state=\"hidden\" r:id=\"rId1\"/></sheets>", StringComparison.Ordinal))),
        ["no rows at all"] = ("identity.workbook.header", () => Lists.Workbook(Lists.BranchSheet, [])),
        ["other headings"] = ("identity.workbook.header", () => Lists.Workbook(Lists.BranchSheet, [["Code", "Name", "", "Province"], ["1", "สาขา", "", "น่าน"]])),
        ["headings in another order"] = ("identity.workbook.header", () => Lists.Workbook(Lists.BranchSheet, [[.. Lists.BranchHeadings.Reverse()]])),
        ["headings in the second row"] = ("identity.workbook.header", () => Lists.Workbook(Lists.BranchSheet, [["สาขา"], Lists.BranchHeadings])),
        ["too many rows"] = ("identity.workbook.too_many_rows", () => Lists.Workbook(Lists.BranchSheet, Many(10_001))),
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task A_file_that_is_no_plain_list_is_refused_in_its_own_words(string name)
    {
        var (agency, admin) = await AgencyAsync();

        Assert.Equal(new(StatusCode.InvalidArgument, Wrong[name].Code, ""), await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, Wrong[name].File())));
    }

    [Theory]
    [InlineData("เชียงใหม่", "เชียงใหม่")]
    [InlineData("จังหวัดเชียงใหม่", "เชียงใหม่")]
    [InlineData("จ. น่าน", "น่าน")]
    [InlineData("กทม.", "กรุงเทพมหานคร")]
    [InlineData("กรุงเทพฯ", "กรุงเทพมหานคร")]
    [InlineData("กําแพงเพชร", "กำแพงเพชร")]
    [InlineData("บึงกาฬ", "บึงกาฬ")]
    [InlineData("เชียงไหม่", null)]
    [InlineData("Chiang Mai", null)]
    [InlineData("ธนบุรี", null)]
    public async Task A_province_is_one_of_the_77(string written, string? kept)
    {
        var (agency, admin) = await AgencyAsync();

        var report = await Lists.ImportAsync(app, admin, agency, Lists.Workbook(Lists.BranchSheet, [Lists.BranchHeadings, ["1", "สาขา", "", written, ""]]));

        Assert.Equal(kept is null ? ["2D"] : [], report.Faults.Select(fault => $"{fault.Row}{fault.Column}"));
        Assert.Equal(kept is null ? [] : [kept], (await FindAsync(agency, admin)).Select(branch => branch.Province));
        Assert.Equal(77, Provinces.All.Count);
    }

    [Fact]
    public async Task Ten_thousand_branches_are_taken_in()
    {
        var (agency, admin) = await AgencyAsync();

        var report = await Lists.ImportAsync(app, admin, agency, Lists.Workbook(Lists.BranchSheet, Many(10_000)));

        Assert.Equal(new ImportReport { Accepted = true, Rows = 10_000, Added = 10_000 }, report);
        Assert.Equal(10_000L, await app.SqlAsync<long>($"SELECT count(*) FROM branches WHERE agency_id = '{agency}'"));
    }

    [Fact]
    public async Task A_file_too_large_or_cut_short_is_kept_nowhere()
    {
        var (agency, admin) = await AgencyAsync();

        Assert.Equal("identity.upload.too_large", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, Fine(), size: (10 * 1024 * 1024) + 1))).Code);
        Assert.Equal("identity.upload.too_large", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, new byte[11 * 1024 * 1024], size: 10 * 1024 * 1024))).Code);
        Assert.Equal("identity.upload.incomplete", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, Fine(), size: Fine().Length + 1))).Code);
        Assert.Equal("identity.upload.incomplete", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, Fine(), size: 10))).Code);
        Assert.Equal("start.size", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, agency, [], size: 0))).Field);
        Assert.Empty(await FindAsync(agency, admin));
    }

    [Fact]
    public async Task Lists_of_one_agency_at_once_come_one_after_the_other()
    {
        var (agency, admin) = await AgencyAsync();
        var file = Lists.Workbook(Lists.BranchSheet, Many(200));

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Lists.ImportAsync(app, admin, agency, file)));

        Assert.Equal([0, 0, 0, 200], reports.Select(report => report.Added).Order());
    }

    [Fact]
    public async Task An_agency_sees_and_changes_no_other()
    {
        var (agency, admin) = await AgencyAsync();
        var (other, _) = await AgencyAsync();
        var maker = await app.AsAsync(IdentityApp.Maker);
        var closed = await SignedIn.AgencyAsync(app, one => one.State = AgencyState.Suspended);

        Assert.Equal("identity.agency.unknown", (await Refusal.OfAsync(() => Lists.ImportAsync(app, admin, other, Fine()))).Code);
        Assert.Equal("identity.agency.unknown", (await Refusal.OfAsync(() => Lists.ImportAsync(app, maker, Guid.NewGuid().ToString(), Fine()))).Code);
        Assert.True((await Lists.ImportAsync(app, maker, other, Fine())).Accepted);
        Assert.Empty(await FindAsync(agency, admin));
        Assert.Single(await FindAsync(other, (await SignedIn.AnyoneAsync(app)).Metadata));
        Assert.Equal("identity.agency.unknown", (await Refusal.OfAsync(() => app.Branches.FindAsync(new() { AgencyId = closed.ToString() }, admin).ResponseAsync)).Code);
        Assert.Empty((await app.Branches.FindAsync(new() { AgencyId = closed.ToString() }, maker)).Branches);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_code_and_text_narrows()
    {
        var (agency, admin) = await AgencyAsync();
        await Lists.ImportAsync(app, admin, agency, Lists.Workbook(Lists.BranchSheet, Many(7)));

        var (codes, token) = (new List<string>(), "");
        do
        {
            var page = await app.Branches.FindAsync(new() { AgencyId = agency, PageSize = 3, PageToken = token }, admin);
            codes.AddRange(page.Branches.Select(branch => branch.Code));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(Many(7).Skip(1).Select(row => row[0]), codes);
        Assert.Equal("00004", Assert.Single((await app.Branches.FindAsync(new() { AgencyId = agency, Text = "branch 4" }, admin)).Branches).Code);
        Assert.Equal("00005", Assert.Single((await app.Branches.FindAsync(new() { AgencyId = agency, Text = "00005" }, admin)).Branches).Code);
        Assert.Equal("page_size", (await Refusal.OfAsync(() => app.Branches.FindAsync(new() { AgencyId = agency, PageSize = 101 }, admin).ResponseAsync)).Field);
        Assert.Equal("agency_id", (await Refusal.OfAsync(() => app.Branches.FindAsync(new(), admin).ResponseAsync)).Field);
    }

    private static byte[] Fine() => Lists.Workbook(Lists.BranchSheet, [Lists.BranchHeadings, ["1", "สาขา", "", "น่าน", ""]]);

    private static IEnumerable<string[]> Many(int rows) => Enumerable.Range(1, rows)
        .Select(n => new[] { n.ToString("D5", CultureInfo.InvariantCulture), $"สาขาที่ {n}", $"Branch {n}", "เชียงใหม่", $"{n} ถนนทดสอบ ตำบลทดสอบ อำเภอทดสอบ 50000" })
        .Prepend(Lists.BranchHeadings);

    private async Task<(string Id, Metadata Admin)> AgencyAsync()
    {
        var agency = await SignedIn.AgencyAsync(app);
        return (agency.ToString(), (await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin)).Metadata);
    }

    private async Task<IReadOnlyList<Branch>> FindAsync(string agency, Metadata who) => (await app.Branches.FindAsync(new() { AgencyId = agency }, who)).Branches;
}
