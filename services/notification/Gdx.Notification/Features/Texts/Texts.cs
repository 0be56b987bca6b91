using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;
using Fluid.Values;

namespace Gdx.Notification.Features;

public enum Language
{
    Thai = 1,
    English = 2,
}

/// <summary>One text in one language.</summary>
public sealed record Text(string Subject, string Plain, string Html);

/// <summary>A whole mail: Thai first, English second.</summary>
public sealed record MailText(string Subject, string Plain, string Html);

/// <summary>A template names something that nobody told: a bug, which must not become a mail with holes.</summary>
public sealed class TemplateException(string message) : Exception(message);

/// <summary>
/// The texts under Templates/: <c>name.th.liquid</c> and <c>name.en.liquid</c>, the first line the subject, then paragraphs divided by blank lines.
/// <c>{{ name }}</c> is encoded in HTML; <c>when</c> writes an instant, <c>link</c> an address, <c>code</c> a key, each as language and format want it.
/// </summary>
public sealed class Texts
{
    private const string Html = "html";
    private const string LanguageKey = "language";
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All); // Thai stays readable in the source.
    private static readonly TimeZoneInfo Bangkok = TimeZoneInfo.FindSystemTimeZoneById("Asia/Bangkok");
    private static readonly FluidParser Parser = new();
    private static readonly TemplateOptions Options = MakeOptions();

    private readonly FrozenDictionary<(string Name, Language Language), (IFluidTemplate Subject, IFluidTemplate Body)> templates;
    private readonly IFluidTemplate htmlLayout;
    private readonly IFluidTemplate plainLayout;

    public Texts()
    {
        var files = Files().ToDictionary(file => file.Name, file => file.Content);
        htmlLayout = Parse("layout.html", files["layout.html"]);
        plainLayout = Parse("layout.text", files["layout.text"]);
        Names = [.. files.Keys.Where(file => file.EndsWith(".th", StringComparison.Ordinal)).Select(file => file[..^3]).Order(StringComparer.Ordinal)];
        templates = Names.SelectMany(name => new[] { (name, Language.Thai, $"{name}.th"), (name, Language.English, $"{name}.en") })
            .ToFrozenDictionary(key => (key.name, key.Item2), key => Divide(key.Item3, files[key.Item3]));
    }

    /// <summary>Every template, such as membership-approved.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>One text; throws <see cref="TemplateException"/> where a value is missing.</summary>
    public Text Render(string name, Language language, IReadOnlyDictionary<string, object> values)
    {
        var (subject, body) = templates[(name, language)];
        // The subject is one line, whatever a name holds.
        var line = string.Join(' ', Fill(name, subject, language, values, html: false).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var paragraphs = Fill(name, body, language, values, html: true).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(line, Fill(name, body, language, values, html: false).Trim(), string.Join('\n', paragraphs.Select(paragraph => $"<p>{paragraph.Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>")));
    }

    /// <summary>The mail in both languages inside the layout.</summary>
    public MailText RenderMail(string name, IReadOnlyDictionary<string, object> values)
    {
        var (thai, english) = (Render(name, Language.Thai, values), Render(name, Language.English, values));
        var subject = $"GDX: {thai.Subject} / {english.Subject}";
        Dictionary<string, object> Parts(string th, string en) => new() { ["subject"] = subject, ["thai"] = th, ["english"] = en };
        return new(subject,
            Fill(name, plainLayout, Language.Thai, Parts(thai.Plain, english.Plain), html: false),
            Fill(name, htmlLayout, Language.Thai, Parts(thai.Html, english.Html), html: true));
    }

    private static string Fill(string name, IFluidTemplate template, Language language, IReadOnlyDictionary<string, object> values, bool html)
    {
        var context = new TemplateContext(Options);
        (context.AmbientValues[Html], context.AmbientValues[LanguageKey]) = (html, language);
        foreach (var (key, value) in values)
        {
            context.SetValue(key, FluidValue.Create(value, Options));
        }

        try
        {
            return template.Render(context, html ? Encoder : NullEncoder.Default);
        }
        catch (Exception missing) when (missing is FluidException or InvalidOperationException)
        {
            throw new TemplateException($"Template {name}: {missing.Message}");
        }
    }

    private static TemplateOptions MakeOptions()
    {
        var options = new TemplateOptions { StrictVariables = true, StrictFilters = true };
        options.Filters.AddFilter("when", (input, _, context) => StringValue.Create(When(input, (Language)context.AmbientValues[LanguageKey])));
        options.Filters.AddFilter("link", (input, _, context) => Marked(context, input, text => $"<a href=\"{text}\">{text}</a>"));
        options.Filters.AddFilter("code", (input, _, context) => Marked(context, input, text => $"<code>{text}</code>"));
        return options;
    }

    private static FluidValue Marked(TemplateContext context, FluidValue input, Func<string, string> mark) =>
        (bool)context.AmbientValues[Html] ? new StringValue(mark(Encoder.Encode(input.ToStringValue())), encode: false) : input;

    /// <summary>In Bangkok: 01/12/2569 09:30 น., or 1 December 2026 09:30 (Bangkok).</summary>
    private static string When(FluidValue input, Language language)
    {
        var at = TimeZoneInfo.ConvertTime(input.ToObjectValue() is DateTimeOffset instant ? instant : throw new InvalidOperationException("'when' wants an instant."), Bangkok);
        return language == Language.Thai
            ? string.Create(CultureInfo.InvariantCulture, $"{at:dd/MM}/{at.Year + 543} {at:HH:mm} น.")
            : at.ToString("d MMMM yyyy HH:mm '(Bangkok)'", CultureInfo.InvariantCulture);
    }

    private static (IFluidTemplate Subject, IFluidTemplate Body) Divide(string name, string file)
    {
        var end = file.IndexOf('\n', StringComparison.Ordinal);
        return (Parse(name, file[..end]), Parse(name, file[end..].Trim('\n')));
    }

    private static IFluidTemplate Parse(string name, string text) =>
        Parser.TryParse(text, out var template, out var error) ? template : throw new TemplateException($"Template {name}: {error}");

    private static IEnumerable<(string Name, string Content)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string Folder = "Templates/", Ending = ".liquid";
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[Folder.Length..^Ending.Length], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
