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
    public async Task Nobody_gets_in_without_a_token_or_with_a_role_that_has_nothing_to_ask()
    {
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => app.Client().FindAsync(new()).ResponseAsync)).Status);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => app.Client().FindAsync(new(), app.As("officer")).ResponseAsync)).Status);
    }

    private async Task<FindDatasetsReply> FindAsync(string query, int size = 100, string token = "") =>
        await app.Client().FindAsync(new() { Query = query, PageSize = size, PageToken = token }, app.As(Roles.Operator));

    private async Task<Refusal> Refused(FindDatasetsRequest request)
    {
        var refusal = await Refusal.OfAsync(() => app.Client().FindAsync(request, app.As(Roles.Operator)).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "request.invalid"), (refusal.Status, refusal.Code));
        return refusal;
    }

    // Nothing publishes datasets over the wire yet.
    private async Task AddAsync(string id, string version)
    {
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var insert = source.CreateCommand("""
            INSERT INTO dataset (id, slug, version, name_th, name_en, owner_th, owner_en, legal_basis_th, legal_basis_en, published_at)
            VALUES (gen_random_uuid(), $1, $2, 'ก', 'A', 'ก', 'A', 'ก', 'A', now())
            """);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(version);
        await insert.ExecuteNonQueryAsync();
    }
}
