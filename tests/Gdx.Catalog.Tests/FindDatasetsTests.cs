using System.Buffers.Text;
using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;
using Npgsql;

namespace Gdx.Catalog.Tests;

public sealed class FindDatasetsTests(CatalogApp app)
{
    [Theory]
    [InlineData("")]
    [InlineData("ทะเบียนราษฎร")]
    [InlineData("ราษฎร")]
    [InlineData("วันเกิด")]
    [InlineData("คำนำหน้า")]
    [InlineData("ค\u0E4D\u0E32น\u0E4D\u0E32หน้า")]
    [InlineData("civil REGISTRATION")]
    [InlineData("dopa.person")]
    [InlineData("dateofbirth")]
    [InlineData("  father's   citizen ")]
    [InlineData("บุคคล provincial มารดา")]
    public async Task Every_word_is_looked_for_in_both_languages_and_in_the_fields(string query) =>
        Assert.Contains((await FindAsync(query)).Datasets, dataset => dataset.Id == "dopa.person" && dataset.Fields.Count == 30);

    [Theory]
    [InlineData("บุคคล ยานพาหนะ")]
    [InlineData("%")]
    [InlineData("dopa_person")]
    [InlineData(@"\")]
    [InlineData("' OR 1=1 --")]
    public async Task A_word_that_occurs_nowhere_finds_nothing(string query) =>
        Assert.DoesNotContain((await FindAsync(query)).Datasets, dataset => dataset.Id == "dopa.person");

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repeat()
    {
        var word = $"w{Guid.NewGuid():N}"[..12];
        var expected = Enumerable.Range(0, 7).Select(n => ($"test.{word}-{n / 3}", (1 + (n % 3)).ToString(CultureInfo.InvariantCulture))).ToList();
        foreach (var (id, version) in expected)
        {
            await AddAsync(id, version);
        }

        List<(string, string)> found = [];
        var token = "";
        do
        {
            var page = await FindAsync(word, 3, token);
            Assert.InRange(page.Datasets.Count, 1, 3);
            found.AddRange(page.Datasets.Select(dataset => (dataset.Id, dataset.Version)));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        Assert.Equal("query", (await Refused(new() { Query = new string('ก', 201) })).Field);
        Assert.Equal("query", (await Refused(new() { Query = "a\0b" })).Field);
        Assert.Equal("query", (await Refused(new() { Query = "a b c d e f g h i j k" })).Field);
        Assert.Equal("page_size", (await Refused(new() { PageSize = -1 })).Field);
        Assert.Equal("page_size", (await Refused(new() { PageSize = 101 })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = "%%%" })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = "a" })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = Base64Url.EncodeToString("dopa.person"u8) })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = Base64Url.EncodeToString([0xff, 0xfe, 0x0a, 0x00]) })).Field);
        Assert.Equal("page_token", (await Refused(new() { PageToken = new string('a', 100_000) })).Field);
    }

    [Fact]
    public async Task A_hit_says_where_the_words_were_found()
    {
        var found = await FindAsync("วันเกิด");

        var hit = found.Hits.Single(hit => hit.DatasetId == "dopa.person");
        Assert.Equal((["dateOfBirth"], false), (hit.Fields, hit.InTexts));
        Assert.Equal(found.Datasets.Select(dataset => (dataset.Id, dataset.Version)), found.Hits.Select(one => (one.DatasetId, one.Version)));
        Assert.True((await FindAsync("ทะเบียนราษฎร: บุคคล")).Hits.Single(one => one.DatasetId == "dopa.person").InTexts);
    }

    [Fact]
    public async Task The_dictionary_is_narrowed_by_field_owner_class_state_procedure_and_dataset()
    {
        Assert.Equal(["dopa.person"], await IdsAsync(new() { FieldName = "fatherPersonal" }));
        Assert.Equal(["dbd.financial-statements", "dbd.juristic-profile", "dbd.shareholders"], await IdsAsync(new() { Owner = "พัฒนาธุรกิจ" }));
        Assert.Equal(["dbd.financial-statements", "dbd.juristic-profile", "dbd.shareholders"], await IdsAsync(new() { ProcedureId = "dbd" }));
        Assert.Equal(["dbd.financial-statements", "dbd.juristic-profile"], await IdsAsync(new() { ProcedureId = "dbd", Classifications = { Classification.Internal } }));
        Assert.Equal(["smart-card.citizen"], await IdsAsync(new() { DatasetId = "smart-card.citizen" }));
        Assert.Empty(await IdsAsync(new() { DatasetId = "smart-card.citizen", States = { VersionState.Draft, VersionState.Deprecated, VersionState.Retired } }));
        var draft = new Draft(app);
        await draft.PublishedAsync();
        Assert.Equal([draft.Slug], await IdsAsync(new() { OwnerAgencyId = draft.Agency.ToString() }));
    }

    [Fact]
    public async Task A_draft_is_found_by_operators_and_its_owner_only()
    {
        var draft = new Draft(app);
        await draft.SaveAsync(draft.Content());
        var request = new FindDatasetsRequest { DatasetId = draft.Slug, States = { VersionState.Draft } };

        Assert.Single((await app.Client().FindAsync(request, draft.Operator)).Datasets);
        Assert.Single((await app.Client().FindAsync(request, draft.Owner)).Datasets);
        Assert.Empty((await app.Client().FindAsync(request, draft.Stranger)).Datasets);
        Assert.Empty((await app.Client().FindAsync(request, app.As(Guid.NewGuid(), draft.Agency, [Roles.Officer]))).Datasets);
        Assert.Empty((await app.Client().FindAsync(request, app.As(Roles.Service))).Datasets);
    }

    [Fact]
    public async Task Filters_that_are_none_are_refused()
    {
        Assert.Equal("field_name", (await Refused(new() { FieldName = new string('a', 201) })).Field);
        Assert.Equal("owner", (await Refused(new() { Owner = "a\0" })).Field);
        Assert.Equal("owner_agency_id", (await Refused(new() { OwnerAgencyId = "me" })).Field);
        Assert.Equal("dataset_id", (await Refused(new() { DatasetId = "X" })).Field);
        Assert.Equal("states", (await Refused(new() { States = { (VersionState)9 } })).Field);
        Assert.Equal("classifications", (await Refused(new() { Classifications = { Classification.Unspecified } })).Field);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_token_or_with_a_role_that_is_none_of_ours()
    {
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => app.Client().FindAsync(new()).ResponseAsync)).Status);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => app.Client().FindAsync(new(), app.As("visitor")).ResponseAsync)).Status);
    }

    private async Task<FindDatasetsReply> FindAsync(string query, int size = 100, string token = "") =>
        await app.Client().FindAsync(new() { Query = query, PageSize = size, PageToken = token }, app.As(Roles.Operator));

    private async Task<IReadOnlyList<string>> IdsAsync(FindDatasetsRequest request)
    {
        request.PageSize = 100;
        return [.. (await app.Client().FindAsync(request, app.As(Roles.Person))).Datasets.Select(dataset => dataset.Id).Where(id => request.OwnerAgencyId.Length > 0 || !id.StartsWith("test.", StringComparison.Ordinal))];
    }

    private async Task<Refusal> Refused(FindDatasetsRequest request)
    {
        var refusal = await Refusal.OfAsync(() => app.Client().FindAsync(request, app.As(Roles.Operator)).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "request.invalid"), (refusal.Status, refusal.Code));
        return refusal;
    }

    // Seven versions of three datasets take fourteen people to publish over the wire.
    private async Task AddAsync(string id, string version)
    {
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var insert = source.CreateCommand("""
            INSERT INTO dataset (id, slug, version, name_th, name_en, owner_th, owner_en, legal_basis_th, legal_basis_en, published_at, search_text, etag, revision)
            VALUES (gen_random_uuid(), $1, $2, 'ก', 'A', 'ก', 'A', 'ก', 'A', now(), $1, gen_random_uuid(), 1)
            """);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(version);
        await insert.ExecuteNonQueryAsync();
    }
}
