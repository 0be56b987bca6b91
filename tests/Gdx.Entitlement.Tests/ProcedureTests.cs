using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Features;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.Configuration;

namespace Gdx.Entitlement.Tests;

public sealed class ProcedureTests(RequestsApp app)
{
    [Fact]
    public async Task Every_kind_of_source_says_step_by_step_how_to_get_it()
    {
        var anyone = app.Someone(null);

        var all = await app.Procedures.FindAsync(new(), anyone.Metadata);
        var linkage = await app.Procedures.GetAsync(new() { ProcedureId = "dopa-linkage" }, anyone.Metadata);
        var dbd = await app.Procedures.GetAsync(new() { ProcedureId = "dbd" }, anyone.Metadata);

        Assert.Equal(["copying", "dbd", "dopa-ikno", "dopa-linkage", "quick", "regional", "smart-card"], all.Procedures.Select(one => one.Id));
        Assert.Equal(["owner-letter", "owner", "bureau-letter", "operator", "super-user"], linkage.Steps.Select(step => step.Id));
        Assert.True(linkage.OfficersManaged);
        Assert.Contains("สำเนาหนังสืออนุญาต", linkage.Steps[2].WhatTh, StringComparison.Ordinal);
        Assert.Contains("ผ่านสำนักงานพัฒนารัฐบาลดิจิทัล", dbd.Steps[0].Letters[0].MustNameTh, StringComparison.Ordinal);
        Assert.Equal((StepKind.Credentials, "dbd"), (dbd.Steps[2].Kind, dbd.Steps[2].Source));
        Assert.False(all.Procedures.Single(one => one.Id == "smart-card").RequestNeeded);
    }

    [Fact]
    public async Task They_come_in_pages()
    {
        var anyone = app.Someone(null);
        var first = await app.Procedures.FindAsync(new() { PageSize = 4 }, anyone.Metadata);
        var second = await app.Procedures.FindAsync(new() { PageSize = 4, PageToken = first.NextPageToken }, anyone.Metadata);

        Assert.Equal((4, 3, ""), (first.Procedures.Count, second.Procedures.Count, second.NextPageToken));
        Assert.Equal("page_size", (await RefusedAsync(() => app.Procedures.FindAsync(new() { PageSize = 101 }, anyone.Metadata).ResponseAsync)).Field);
        Assert.Equal("page_token", (await RefusedAsync(() => app.Procedures.FindAsync(new() { PageToken = new('x', 65) }, anyone.Metadata).ResponseAsync)).Field);
        Assert.Equal("procedure_id", (await RefusedAsync(() => app.Procedures.GetAsync(new(), anyone.Metadata).ResponseAsync)).Field);
        Assert.Equal(new(StatusCode.NotFound, "entitlement.procedure.unknown", ""), await RefusedAsync(() => app.Procedures.GetAsync(new() { ProcedureId = "none" }, anyone.Metadata).ResponseAsync));
    }

    public static TheoryData<string, string, string> WrongFiles => new()
    {
        { "$.colour", "\"requestNeeded\": true", "\"colour\": 1, \"requestNeeded\": true" },
        { "$.nameTh", "\"nameTh\": \"แหล่งใหม่\"", "\"nameTh\": 1" },
        { "nameTh", "\"nameTh\": \"แหล่งใหม่\"", "\"nameTh\": \" \"" },
        { "id:", "\"id\": \"quick\"", "\"id\": \"other\"" },
        { "recertifyMonths", "\"recertifyMonths\": 6", "\"recertifyMonths\": 0" },
        { "largestMonths", "\"largestMonths\": 24", "\"largestMonths\": 61" },
        { "defaultMonths", "\"defaultMonths\": 12", "\"defaultMonths\": 25" },
        { "$.steps[0].kind", "\"kind\": \"attach\"", "\"kind\": \"sing\"" },
        { "steps[0].kind", "\"kind\": \"attach\"", "\"kind\": \"unspecified\"" },
        { "steps[0].actor", "\"actor\": \"agency\"", "\"actor\": \"owner\"" },
        { "steps[1].needs", "\"needs\": [\"ask\"]", "\"needs\": [\"operator\"]" },
        { "steps[1].needs", "\"needs\": [\"ask\"]", "\"needs\": [\"owner\"]" },
        { "steps[1].id", "\"id\": \"owner\"", "\"id\": \"ask\"" },
        { "steps[1].letters", "\"nameEn\": \"Permit\", \"required\": true", "\"nameEn\": \"Permit\", \"required\": false" },
        { "steps[1].letters[0]", "\"kind\": \"permit\"", "\"kind\": \"Permit!\"" },
        { "steps[1].letters[0]", "\"nameEn\": \"Permit\"", "\"nameEn\": \"Permit\", \"mustNameTh\": \"x\"" },
        { "steps[0].source", "\"whatEn\": \"Attach the letter.\"", "\"whatEn\": \"Attach.\", \"source\": \"dbd\"" },
        { "steps:", "\"actor\": \"operator\"", "\"actor\": \"bureau\", \"letters\": [ { \"kind\": \"x1\", \"nameTh\": \"x\", \"nameEn\": \"x\", \"required\": true } ]" },
        { "steps:", "\"requestNeeded\": true", "\"requestNeeded\": false" },
        { "$", "\"steps\": [", "\"steps\": 7 [" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles), DisableDiscoveryEnumeration = true)]
    public void A_file_that_is_not_in_order_stops_the_start_and_says_which_file_and_key(string key, string right, string wrong)
    {
        Assert.Contains(right, RequestsApp.Quick, StringComparison.Ordinal);

        var message = Refused(("quick.json", RequestsApp.Quick.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains("quick.json", message, StringComparison.Ordinal);
        Assert.Contains(key, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_not_take_the_place_of_another_and_the_directory_must_be_there()
    {
        Assert.Contains("is there already", Refused(("regional.json", RequestsApp.Quick.Replace("\"id\": \"quick\"", "\"id\": \"regional\"", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains("/nowhere", Assert.Throws<InvalidOperationException>(() => ProcedureBook.Read(Settings("/nowhere"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Bureau_is_named_by_an_agencys_id_or_not_at_all()
    {
        Assert.Null(ProcedureBook.Read(new ConfigurationBuilder().Build()).Bureau);
        Assert.Throws<InvalidOperationException>(() => ProcedureBook.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Entitlement:BureauAgencyId", "the Bureau")]).Build()));
    }

    private static string Refused((string Name, string Text) file)
    {
        var folder = Directory.CreateTempSubdirectory("gdx-procedures-");
        File.WriteAllText(Path.Combine(folder.FullName, file.Name), file.Text);
        var message = Assert.Throws<InvalidOperationException>(() => ProcedureBook.Read(Settings(folder.FullName))).Message;
        folder.Delete(recursive: true);
        return message;
    }

    private static IConfiguration Settings(string folder) => new ConfigurationBuilder().AddInMemoryCollection([new("Entitlement:Procedures", folder)]).Build();

    private static Task<Refusal> RefusedAsync(Func<Task> call) => Refusal.OfAsync(call);
}
