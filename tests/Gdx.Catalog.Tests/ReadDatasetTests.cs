using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;

namespace Gdx.Catalog.Tests;

/// <summary>The stable addresses over HTTP.</summary>
public sealed class ReadDatasetTests(CatalogApp app)
{
    [Fact]
    public async Task A_dataset_and_each_of_its_fields_have_an_address_that_names_itself()
    {
        using var http = Http(app.As(Roles.Person));

        var dataset = JsonNode.Parse(await http.GetStringAsync(new Uri("/datasets/dopa.person/1", UriKind.Relative)))!;

        Assert.Equal($"{CatalogApp.PublicUrl}/datasets/dopa.person/1", dataset["address"]!.GetValue<string>());
        Assert.Equal(("published", "dopa-linkage", 30), (dataset["state"]!.GetValue<string>(), dataset["procedure"]!.GetValue<string>(), dataset["fields"]!.AsArray().Count));
        foreach (var field in dataset["fields"]!.AsArray().Take(3))
        {
            var address = new Uri(field!["address"]!.GetValue<string>());
            var read = JsonNode.Parse(await http.GetStringAsync(new Uri(address.PathAndQuery, UriKind.Relative)))!;
            Assert.Equal(field.ToJsonString(), read.ToJsonString());
        }

        var nested = JsonNode.Parse(await http.GetStringAsync(new Uri("/datasets/dbd.juristic-profile/1/fields/ResultList%5B%5D.JuristicType", UriKind.Relative)))!;
        Assert.Equal(["2", "3", "5", "7"], nested["codes"]!.AsArray().Select(code => code!["value"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Without_a_version_the_newest_published_one_answers()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        await draft.SaveAsync(draft.Content("2", Draft.Field("firstName"), Draft.Field("age", FieldType.Integer, "37"), Draft.Field("more")));
        using var owner = Http(draft.Owner);
        Assert.Equal("1", JsonNode.Parse(await owner.GetStringAsync(new Uri($"/datasets/{draft.Slug}", UriKind.Relative)))!["version"]!.GetValue<string>());

        await draft.PublishAsync("2");

        using var http = Http(app.As(Roles.Service));
        Assert.Equal("2", JsonNode.Parse(await http.GetStringAsync(new Uri($"/datasets/{draft.Slug}", UriKind.Relative)))!["version"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/datasets/dopa.person")]
    [InlineData("/datasets/dopa.person/1")]
    [InlineData("/datasets/dopa.person/1/fields/age")]
    [InlineData("/datasets/dopa.person/1/openapi.json")]
    [InlineData("/datasets/dopa.person/1/schema.json")]
    [InlineData("/datasets/dopa.person/1/dcat.jsonld")]
    [InlineData("/datasets/dopa.person/1/dcat.ttl")]
    public async Task Whoever_has_the_newest_is_not_sent_it_again(string path)
    {
        using var http = Http(app.As(Roles.Person));
        using var first = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.False(first.Headers.ETag!.IsWeak);

        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { new("\"other\""), first.Headers.ETag } } };
        using var second = await http.SendAsync(again);
        using var other = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { new("\"other\"") } } };
        using var third = await http.SendAsync(other);

        Assert.Equal((HttpStatusCode.NotModified, ""), (second.StatusCode, await second.Content.ReadAsStringAsync()));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task The_tag_changes_with_the_text()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        using var http = Http(app.As(Roles.Person));
        using var before = await http.GetAsync(new Uri($"/datasets/{draft.Slug}/1/dcat.ttl", UriKind.Relative));

        await app.Client().CorrectTextsAsync(new() { DatasetId = draft.Slug, Version = "1", Texts = new() { NameEn = "Other name" } }, draft.Owner);

        using var after = await http.GetAsync(new Uri($"/datasets/{draft.Slug}/1/dcat.ttl", UriKind.Relative));
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
        Assert.Equal("text/turtle", after.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/datasets/dopa.nothing", "catalog.dataset.unknown")]
    [InlineData("/datasets/dopa.person/2", "catalog.dataset.unknown")]
    [InlineData("/datasets/DOPA/1", "catalog.dataset.unknown")]
    [InlineData("/datasets/dopa.person/x/schema.json", "catalog.dataset.unknown")]
    [InlineData("/datasets/dopa.person/1/fields/Age", "catalog.field.unknown")]
    public async Task What_is_not_there_is_not_found_and_says_so_with_a_code(string path, string code)
    {
        using var http = Http(app.As(Roles.Person));
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(code, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_draft_has_an_address_for_its_makers_only()
    {
        var draft = new Draft(app);
        await draft.SaveAsync(draft.Content());
        foreach (var (caller, status) in new[] { (draft.Owner, HttpStatusCode.OK), (draft.Operator, HttpStatusCode.OK), (draft.Stranger, HttpStatusCode.NotFound), (app.As(Roles.Service), HttpStatusCode.NotFound) })
        {
            using var http = Http(caller);
            using var answer = await http.GetAsync(new Uri($"/datasets/{draft.Slug}/1", UriKind.Relative));
            Assert.Equal(status, answer.StatusCode);
        }
    }

    private HttpClient Http(Metadata caller)
    {
        var http = app.CreateClient();
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(caller.GetValue("authorization")!);
        return http;
    }
}
