using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;
using Npgsql;

namespace Gdx.Catalog.Tests;

/// <summary>From a draft to what everyone reads: owner and operators, four eyes, other agencies.</summary>
public sealed class DraftTests(CatalogApp app)
{
    [Fact]
    public async Task An_operator_begins_a_dataset_its_owner_goes_on_and_another_operator_publishes()
    {
        var draft = new Draft(app);
        var saved = await draft.SaveAsync(draft.Content());
        Assert.Equal((VersionState.Draft, draft.Agency.ToString(), false), (saved.State, saved.OwnerAgencyId, saved.Proposed));
        var content = draft.Content();
        content.NameEn = "Register of tests";
        content.Fields.RemoveAt(0);
        var edited = await app.Client().SaveDraftAsync(new() { Dataset = content }, draft.Owner);
        Assert.NotEqual(saved.Etag, edited.Etag);
        Assert.Equal(["age"], edited.Fields.Select(field => field.Name));

        var published = await draft.PublishAsync();

        Assert.Equal((VersionState.Published, "Register of tests"), (published.State, published.NameEn));
        var fact = await app.HeardAsync<DatasetPublished>(fact => fact.DatasetId == draft.Slug);
        Assert.Equal(("1", 1L), (fact.DatasetVersion, fact.Revision));
        Assert.Equal(draft.OwnerPerson, (await app.HeardAsync<DatasetProposed>(one => one.DatasetId == draft.Slug)).ProposedBy);
        var read = await app.Client().GetAsync(new() { DatasetId = draft.Slug, Version = "1" }, app.As(Roles.Person));
        Assert.Equal(published, read);
        var history = await app.Client().GetHistoryAsync(new() { DatasetId = draft.Slug, Version = "1" }, draft.Owner);
        Assert.Equal(["created", "edited", "proposed", "published"], history.Events.Select(one => one.What));
        Assert.Equal([draft.FirstOperator.ToString(), draft.OwnerPerson.ToString()], history.Events.Take(2).Select(one => one.By));
    }

    [Fact]
    public async Task Whoever_has_had_a_hand_in_a_draft_does_not_publish_it_however_long_ago()
    {
        var draft = new Draft(app);
        await draft.SaveAsync(draft.Content());
        await app.Client().SaveDraftAsync(new() { Dataset = draft.Content() }, draft.Owner);
        var proposed = await draft.ProposeAsync();

        Assert.Equal("catalog.dataset.same_person", await CodeAsync(() => PublishAsync(draft, proposed.Etag, draft.Operator)));
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => PublishAsync(draft, proposed.Etag, draft.Owner))).Status);
    }

    [Fact]
    public async Task The_database_itself_knows_no_publisher_among_the_editors()
    {
        var draft = new Draft(app);
        await draft.SaveAsync(draft.Content());
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var command = source.CreateCommand("UPDATE dataset SET published_by = editors[1], state = 'Published' WHERE slug = $1");
        command.Parameters.AddWithValue(draft.Slug);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.Equal("ck_dataset_four_eyes", refused.ConstraintName);
    }

    [Fact]
    public async Task Only_what_was_proposed_and_has_not_changed_since_is_published()
    {
        var draft = new Draft(app);
        var saved = await draft.SaveAsync(draft.Content());
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => PublishAsync(draft, saved.Etag, draft.OtherOperator)));
        var proposed = await draft.ProposeAsync();
        await app.Client().SaveDraftAsync(new() { Dataset = draft.Content() }, draft.Owner);
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => PublishAsync(draft, proposed.Etag, draft.OtherOperator)));
        await draft.ProposeAsync();
        Assert.Equal("request.conflict", await CodeAsync(() => PublishAsync(draft, proposed.Etag, draft.OtherOperator)));
    }

    [Fact]
    public async Task A_draft_is_unknown_to_others_and_what_is_published_is_changed_by_its_owner_only()
    {
        var draft = new Draft(app);
        await draft.SaveAsync(draft.Content());
        var address = new GetDatasetRequest { DatasetId = draft.Slug, Version = "1" };
        foreach (var other in new[] { draft.Stranger, app.As(Guid.NewGuid(), draft.Agency, [Roles.Officer]), app.As(Roles.Service), app.As(Roles.Person) })
        {
            Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Client().GetAsync(address, other).ResponseAsync));
            Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Client().ExportAsync(new() { DatasetId = draft.Slug, Version = "1", Format = ExportFormat.Openapi }, other).ResponseAsync));
        }

        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content() }, draft.Stranger).ResponseAsync));
        await draft.PublishAsync();
        Assert.Equal("catalog.dataset.foreign", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, draft.Stranger).ResponseAsync));
        Assert.Equal("catalog.dataset.foreign", await CodeAsync(() => app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = new() { NameEn = "Mine" } }, draft.Stranger).ResponseAsync));
        Assert.Equal("catalog.dataset.foreign", await CodeAsync(() => app.Client().GetHistoryAsync(address, draft.Stranger).ResponseAsync));
        Assert.Equal("catalog.dataset.foreign", await CodeAsync(() => app.Client().DeprecateAsync(
            new() { DatasetId = draft.Slug, Version = "1", EndsAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(99)) }, draft.Stranger).ResponseAsync));
        Assert.NotEmpty((await app.Client().GetHistoryAsync(address, app.As(Guid.NewGuid(), null, [Roles.Auditor]))).Events);
    }

    [Fact]
    public async Task A_new_owner_owns_all_versions_and_the_old_one_none()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        await app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, draft.Owner);
        var heir = Guid.NewGuid();

        await app.Client().AssignOwnerAsync(new() { DatasetId = draft.Slug, OwnerAgencyId = heir.ToString() }, draft.Operator);

        var owner = app.As(Guid.NewGuid(), heir, [Roles.DataOwner]);
        Assert.Equal(heir.ToString(), (await app.Client().GetAsync(new() { DatasetId = draft.Slug, Version = "1" }, app.As(Roles.Service))).OwnerAgencyId);
        await app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, owner);
        Assert.Equal("catalog.dataset.foreign", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, draft.Owner).ResponseAsync));
        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Client().AssignOwnerAsync(new() { DatasetId = "test.nothing" }, draft.Operator).ResponseAsync));
    }

    [Fact]
    public async Task Versions_follow_one_another_one_draft_at_a_time()
    {
        var draft = new Draft(app);
        Assert.Equal("catalog.dataset.order", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, draft.Operator).ResponseAsync));
        await draft.SaveAsync(draft.Content());
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content("2") }, draft.Owner).ResponseAsync));
        await draft.PublishAsync();
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content() }, draft.Owner).ResponseAsync));
        Assert.Equal("catalog.dataset.order", await CodeAsync(() => app.Client().SaveDraftAsync(new() { Dataset = draft.Content("3") }, draft.Owner).ResponseAsync));
        await draft.SaveAsync(draft.Content("2"));
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => app.Client().DiscardDraftAsync(new() { DatasetId = draft.Slug, Version = "1" }, draft.Owner).ResponseAsync));
        await app.Client().DiscardDraftAsync(new() { DatasetId = draft.Slug, Version = "2" }, draft.Owner);
        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => draft.ProposeAsync("2")));
    }

    [Fact]
    public async Task Two_who_begin_the_same_draft_at_once_make_one()
    {
        var draft = new Draft(app);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Client().SaveDraftAsync(new() { Dataset = draft.Content() }, draft.Operator).ResponseAsync));

        Assert.Single((await app.Client().FindAsync(new() { DatasetId = draft.Slug, States = { VersionState.Draft } }, draft.Operator)).Datasets);
    }

    [Fact]
    public async Task Corrected_texts_change_no_field_type_or_class()
    {
        var draft = new Draft(app);
        var before = await draft.PublishedAsync();

        var texts = new Dataset { NameTh = "ทะเบียนใหม่", Fields = { new Field { Name = "age", LabelTh = "อายุ (ปี)", Type = FieldType.Text, Sensitivity = Sensitivity.Ordinary, Example = "40" } }, Classification = Classification.Open };
        var after = await app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = texts }, draft.Owner);

        Assert.Equal(("ทะเบียนใหม่", before.NameEn, before.Classification), (after.NameTh, after.NameEn, after.Classification));
        var age = after.Fields.Single(field => field.Name == "age");
        Assert.Equal(("อายุ (ปี)", "Label", FieldType.Integer, Sensitivity.Personal, "40"), (age.LabelTh, age.LabelEn, age.Type, age.Sensitivity, age.Example));
        Assert.Contains((await app.Client().FindAsync(new() { Query = "อายุ (ปี)", DatasetId = draft.Slug }, draft.Owner)).Hits, hit => hit.Fields.Contains("age"));
        Assert.Equal("catalog.field.unknown", await CodeAsync(() => app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = new() { Fields = { new Field { Name = "Age" } } } }, draft.Owner).ResponseAsync));
        Assert.Equal("request.invalid", await CodeAsync(() => app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = new() }, draft.Owner).ResponseAsync));
    }

    [Fact]
    public async Task A_correction_changes_no_legal_basis_nor_category_and_its_texts_are_as_in_a_draft()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();

        Assert.Equal("texts.legal_basis_th", await CorrectAsync(new() { LegalBasisTh = "กฎอื่น" }));
        Assert.Equal("texts.legal_basis_en", await CorrectAsync(new() { LegalBasisEn = "Another rule" }));
        Assert.Equal("texts.metadata.data_category", await CorrectAsync(new() { Metadata = Of(metadata => metadata.DataCategory = "ข้อมูลส่วนบุคคล") }));
        Assert.Equal("texts.name_en", await CorrectAsync(new() { NameEn = "Two\nlines" }));
        Assert.Equal("texts.source_th", await CorrectAsync(new() { SourceTh = "a\nb" }));
        var texts = new Dataset { DescriptionEn = "Two\nlines", Metadata = Of(metadata => metadata.DataCategory = "") };
        var after = await app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = texts }, draft.Owner);
        Assert.Equal(("Two\nlines", "ข้อมูลสาธารณะ"), (after.DescriptionEn, after.Metadata.DataCategory));

        Task<string> CorrectAsync(Dataset texts) => FieldAsync(() => app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = texts }, draft.Owner).ResponseAsync);

        static OpenMetadata Of(Action<OpenMetadata> change)
        {
            var metadata = Draft.Open();
            change(metadata);
            return metadata;
        }
    }

    [Theory]
    [InlineData("99999999999999999999", "example")]
    [InlineData("9999999999994", "codes")]
    public async Task A_number_that_no_reader_can_hold_is_refused(string example, string what)
    {
        var draft = new Draft(app);
        var field = Draft.Field("pid", FieldType.Identifier, example, Sensitivity.Personal, what == "codes" ? [example, "99999999999999999999"] : []);

        Assert.Equal($"dataset.fields[0].{what}", await FieldAsync(() => draft.SaveAsync(draft.Content("1", field))));
    }

    [Fact]
    public async Task Bad_content_is_refused_with_the_name_of_the_field()
    {
        var draft = new Draft(app);
        await RefusedAsync("dataset", null);
        await RefusedAsync("dataset.id", content => content.Id = "Test");
        await RefusedAsync("dataset.version", content => content.Version = "0");
        await RefusedAsync("dataset.name_th", content => content.NameTh = " ");
        await RefusedAsync("dataset.name_en", content => content.NameEn = new string('a', 201));
        await RefusedAsync("dataset.description_en", content => content.DescriptionEn = "a\0b");
        await RefusedAsync("dataset.contact_mail", content => content.ContactMail = "nobody");
        await RefusedAsync("dataset.classification", content => content.Classification = Classification.Unspecified);
        await RefusedAsync("dataset.procedure_id", content => content.ProcedureId = "../etc");
        await RefusedAsync("dataset.owner_agency_id", content => content.OwnerAgencyId = "us");
        await RefusedAsync("dataset.fields", content => content.Fields.Clear());
        await RefusedAsync("dataset.fields[2].name", content => content.Fields.Add(Draft.Field("age")));
        await RefusedAsync("dataset.fields[2].name", content => content.Fields.Add(Draft.Field("ชื่อ")));
        await RefusedAsync("dataset.fields[2].name", content => content.Fields.Add(Draft.Field("address.houseNo")));
        await RefusedAsync("dataset.fields[0].type", content => content.Fields[0].Type = FieldType.Unspecified);
        await RefusedAsync("dataset.fields[1].sensitivity", content => content.Fields[1].Sensitivity = Sensitivity.Unspecified);
        await RefusedAsync("dataset.fields[1].example", content => content.Fields[1].Example = "old");
        await RefusedAsync("dataset.fields[2].codes", content => content.Fields.Add(Draft.Field("sex", FieldType.Integer, "1", Sensitivity.Personal, "1", "1")));
        await RefusedAsync("dataset.fields[2].codes", content => content.Fields.Add(Draft.Field("sex", FieldType.Integer, "1", Sensitivity.Personal, "1", "male")));
        await RefusedAsync("dataset.fields[2].example", content => content.Fields.Add(Draft.Field("sex", FieldType.Integer, "3", Sensitivity.Personal, "1", "2")));
        await RefusedAsync("dataset.services[0].method", content => content.Services[0].Method = "DELETE");
        await RefusedAsync("dataset.services[0].path", content => content.Services[0].Path = "https://elsewhere");
        await RefusedAsync("dataset.metadata.license_id", content => content.Metadata.LicenseId = "WTFPL");
        await RefusedAsync("dataset.metadata.license_id", content => content.Metadata.LicenseId = "อื่นๆ");
        await RefusedAsync("dataset.metadata.tags", content => content.Metadata.Tags.Add("a,b"));

        async Task RefusedAsync(string field, Action<Dataset>? spoil)
        {
            var content = spoil is null ? null : draft.Content();
            spoil?.Invoke(content!);
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.Client().SaveDraftAsync(new() { Dataset = content }, draft.Operator).ResponseAsync));
        }
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_by_every_step()
    {
        var draft = new Draft(app);
        Assert.Equal("dataset_id", await FieldAsync(() => app.Client().ProposeDraftAsync(new() { DatasetId = "X", Version = "1" }, draft.Operator).ResponseAsync));
        Assert.Equal("version", await FieldAsync(() => app.Client().ProposeDraftAsync(new() { DatasetId = draft.Slug, Version = "v1" }, draft.Operator).ResponseAsync));
        Assert.Equal("version", await FieldAsync(() => app.Client().DiscardDraftAsync(new() { DatasetId = draft.Slug }, draft.Operator).ResponseAsync));
        Assert.Equal("dataset_id", await FieldAsync(() => app.Client().AssignOwnerAsync(new(), draft.Operator).ResponseAsync));
        Assert.Equal("owner_agency_id", await FieldAsync(() => app.Client().AssignOwnerAsync(new() { DatasetId = draft.Slug, OwnerAgencyId = "us" }, draft.Operator).ResponseAsync));
        Assert.Equal("texts", await FieldAsync(() => app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1" }, draft.Operator).ResponseAsync));
        Assert.Equal("etag", await FieldAsync(() => PublishAsync(draft, "newest", draft.OtherOperator)));
        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => PublishAsync(draft, Guid.NewGuid().ToString("N"), draft.OtherOperator)));
    }

    private static async Task<string> FieldAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Field;

    private Task<Dataset> PublishAsync(Draft draft, string etag, Metadata caller) =>
        app.Client().PublishAsync(new() { DatasetId = draft.Slug, Version = "1", Etag = etag }, caller).ResponseAsync;

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;
}
