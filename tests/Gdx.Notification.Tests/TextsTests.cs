using System.Net;
using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Features;

namespace Gdx.Notification.Tests;

public sealed partial class TextsTests
{
    private static readonly Texts Texts = new();

    public static TheoryData<string, Language> All => [.. Texts.Names.SelectMany(name => new[] { (name, Language.Thai), (name, Language.English) }).Select(pair => new TheoryDataRow<string, Language>(pair.name, pair.Item2))];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_template_renders_in_text_and_HTML_with_a_subject(string name, Language language)
    {
        var text = Texts.Render(name, language, Samples.Values);

        Assert.NotEmpty(text.Subject);
        Assert.DoesNotContain('\n', text.Subject);
        Assert.StartsWith("<p>", text.Html, StringComparison.Ordinal);
        Assert.Equal(language == Language.Thai, Thai().IsMatch(text.Plain.Replace((string)Samples.Values["agency_name_th"], "", StringComparison.Ordinal).Replace((string)Samples.Values["person_name"], "", StringComparison.Ordinal).Replace((string)Samples.Values["reason"], "", StringComparison.Ordinal)));
        Assert.All([text.Subject, text.Plain, text.Html], part => Assert.DoesNotContain("{{", part, StringComparison.Ordinal));
        Assert.All(new[] { "<ตัวอย่าง>", "<สมมติ>" }, markup => Assert.DoesNotContain(markup, text.Html, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_value_that_is_missing_is_an_error_and_not_a_hole(string name, Language language)
    {
        var whole = Texts.Render(name, language, Samples.Values);
        var needed = 0;
        foreach (var value in Samples.Values.Keys)
        {
            var others = Samples.Values.Where(pair => pair.Key != value).ToDictionary();
            if (Record.Exception(() => Texts.Render(name, language, others)) is { } missing)
            {
                Assert.IsType<TemplateException>(missing);
                Assert.Contains(name, missing.Message, StringComparison.Ordinal);
                needed++;
            }
            else
            {
                Assert.Equal(whole, Texts.Render(name, language, others));
            }
        }

        Assert.True(needed > 0, "A text that names nothing tells nothing.");
    }

    [Fact]
    public void Every_kind_of_fact_has_a_template_for_everybody_who_may_be_told()
    {
        foreach (var kind in Enum.GetValues<NoticeKind>().Where(kind => kind != NoticeKind.Unspecified))
        {
            foreach (var audience in Enum.GetValues<Audience>().Where(audience => audience != Audience.Unspecified))
            {
                Assert.Contains(Kinds.Template(kind, audience, Guid.NewGuid()), Texts.Names);
            }
        }

        Assert.Contains(Kinds.Template(NoticeKind.SecretGuessed, Audience.Operator, null), Texts.Names);
    }

    [Fact]
    public void Times_are_Bangkoks_with_the_Buddhist_year_in_Thai()
    {
        var values = new Dictionary<string, object>(Samples.Values) { ["occurred_at"] = new DateTimeOffset(2026, 12, 31, 17, 5, 0, TimeSpan.Zero) };

        Assert.Contains("01/01/2570 00:05 น.", Texts.Render("pin-set", Language.Thai, values).Plain, StringComparison.Ordinal);
        Assert.Contains("1 January 2027 00:05 (Bangkok)", Texts.Render("pin-set", Language.English, values).Plain, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_has_Thai_before_English_and_a_value_brings_neither_markup_nor_template_code()
    {
        var values = new Dictionary<string, object>(Samples.Values) { ["agency_name_th"] = "{{ claim_url }}</p><script>x()</script>", ["agency_name_en"] = "A\r\nBcc: x@y.test" };

        var mail = Texts.RenderMail("membership-approved", values);

        Assert.DoesNotContain('\n', mail.Subject);
        Assert.True(mail.Plain.IndexOf("เรียน", StringComparison.Ordinal) < mail.Plain.IndexOf("To ", StringComparison.Ordinal));
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("{{ claim_url }}", mail.Plain, StringComparison.Ordinal);
        Assert.DoesNotContain("code=sample", mail.Plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_mail_with_the_key_holds_a_link_that_opens_something() =>
        Assert.Equal(["consumer-key"], Texts.Names.Where(name => Texts.RenderMail(name, Samples.Values).Plain.Contains("http", StringComparison.Ordinal)));

    [GeneratedRegex(@"\p{IsThai}")]
    private static partial Regex Thai();
}

/// <summary>GET /templates, GET /templates/{name}.</summary>
public sealed class PreviewTemplatesTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    [Fact]
    public async Task In_development_every_mail_can_be_looked_at_with_sample_values()
    {
        using var http = app.CreateClient();

        var list = await http.GetStringAsync(new Uri("/templates", UriKind.Relative));
        foreach (var name in new Texts().Names)
        {
            var page = WebUtility.HtmlDecode(await http.GetStringAsync(new Uri($"/templates/{name}", UriKind.Relative)));
            Assert.Contains($"/templates/{name}\"", list, StringComparison.Ordinal);
            Assert.Contains(new Texts().RenderMail(name, Samples.Values).Plain, page, StringComparison.Ordinal);
        }

        using var unknown = await http.GetAsync(new Uri("/templates/nonsense", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Elsewhere_there_is_no_preview()
    {
        await using var production = new NotificationApp { EnvironmentName = "Production", Settings = { ["Gdx:MailFrom"] = "gdx@gdx.test" } };
        await production.InitializeAsync();
        using var http = production.CreateClient();

        using var answer = await http.GetAsync(new Uri("/templates", UriKind.Relative));

        Assert.False(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }
}
