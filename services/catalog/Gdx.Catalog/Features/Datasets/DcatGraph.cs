using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;

namespace Gdx.Catalog.Features;

/// <summary>
/// A version as DCAT 3: one list of statements, written as Turtle or as JSON-LD. The Government Data Catalog's fields are added by their own names
/// in a vocabulary of ours (<c>gdc:</c>), since no Thai application profile of DCAT is published.
/// </summary>
public static class DcatGraph
{
    private static readonly (string Prefix, string Iri)[] Prefixes =
    [
        ("dcat", "http://www.w3.org/ns/dcat#"), ("dct", "http://purl.org/dc/terms/"), ("foaf", "http://xmlns.com/foaf/0.1/"), ("vcard", "http://www.w3.org/2006/vcard/ns#"),
        ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"), ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"), ("adms", "http://www.w3.org/ns/adms#"),
        ("gdc", "urn:gdx:gd-catalog:"),
    ];

    /// <summary>An IRI written out, a blank node (<c>_:name</c>) or a literal.</summary>
    public sealed record Term(string Value, bool IsIri = false, string Language = "", string Type = "")
    {
        public bool IsBlank => IsIri && Value.StartsWith("_:", StringComparison.Ordinal);
    }

    /// <summary>Subject and predicate are IRIs; the predicate with a prefix.</summary>
    public sealed record Statement(string Subject, string Predicate, Term Value);

    public static IReadOnlyList<Statement> Of(DatasetEntry dataset, CatalogAddress address, DateTimeOffset now)
    {
        var self = address.Of(dataset);
        List<Statement> all = [];
        Say(self, "rdf:type", Iri("dcat:Dataset"));
        Say(self, "dct:identifier", Text($"{dataset.Slug}/{dataset.Version}"));
        Both(self, "dct:title", dataset.NameTh, dataset.NameEn);
        Both(self, "dct:description", dataset.DescriptionTh, dataset.DescriptionEn);
        Both(self, "dct:provenance", dataset.SourceTh, dataset.SourceEn, blank: "_:source", type: "dct:ProvenanceStatement");
        Both(self, "dct:accessRights", dataset.LegalBasisTh, dataset.LegalBasisEn, blank: "_:rights", type: "dct:RightsStatement");
        Say(self, "dcat:version", Text(dataset.Version));
        Say(self, "dcat:isVersionOf", Iri(address.Of(dataset.Slug)));
        Say(self, "adms:status", Text(dataset.StateAt(now).ToString().ToLowerInvariant()));
        Say(self, "dct:conformsTo", Iri($"{self}/schema.json"));
        Say(self, "gdc:classification", Text(dataset.Classification.ToString().ToLowerInvariant()));
        Time("dct:issued", dataset.PublishedAt);
        Time("dct:valid", dataset.EndsAt);
        Say(self, "dct:publisher", Iri("_:owner"));
        Say("_:owner", "rdf:type", Iri("foaf:Agent"));
        Both("_:owner", "foaf:name", dataset.OwnerTh, dataset.OwnerEn);
        if (dataset.ContactName.Length + dataset.ContactMail.Length > 0)
        {
            Say(self, "dcat:contactPoint", Iri("_:contact"));
            Say("_:contact", "rdf:type", Iri("vcard:Kind"));
            Say("_:contact", "vcard:fn", Text(dataset.ContactName.Length > 0 ? dataset.ContactName : dataset.OwnerTh));
            if (dataset.ContactMail.Length > 0)
            {
                Say("_:contact", "vcard:hasEmail", Iri($"mailto:{Uri.EscapeDataString(dataset.ContactMail).Replace("%40", "@", StringComparison.Ordinal)}"));
            }
        }

        foreach (var tag in dataset.Metadata.Tags)
        {
            Say(self, "dcat:keyword", new(tag, Language: tag.Any(letter => letter is >= '\u0E00' and <= '\u0E7F') ? "th" : "en"));
        }

        foreach (var (name, values) in GovernmentCatalog.Values(dataset))
        {
            all.AddRange(values.Select(value => new Statement(self, $"gdc:{name}", Text(value))));
        }

        foreach (var service in dataset.Services.Where(service => service is { Kind: SourceServiceKind.Gateway, Path.Length: > 0 }))
        {
            var blank = string.Create(CultureInfo.InvariantCulture, $"_:distribution{service.Position}");
            Say(self, "dcat:distribution", Iri(blank));
            Say(blank, "rdf:type", Iri("dcat:Distribution"));
            Say(blank, "dcat:accessURL", Iri(address.Gateway + service.Path.Split('?')[0]));
            Both(blank, "dct:title", service.NoteTh, service.NoteEn);
        }

        return all;

        void Say(string subject, string predicate, Term thing) => all.Add(new(subject, predicate, thing));

        void Both(string subject, string predicate, string thai, string english, string blank = "", string type = "")
        {
            if (blank.Length > 0 && thai.Length + english.Length > 0)
            {
                Say(subject, predicate, Iri(blank));
                Say(blank, "rdf:type", Iri(type));
                (subject, predicate) = (blank, "rdfs:label");
            }

            all.AddRange(new[] { (Text: thai, Language: "th"), (Text: english, Language: "en") }.Where(pair => pair.Text.Length > 0).Select(pair => new Statement(subject, predicate, new(pair.Text, Language: pair.Language))));
        }

        void Time(string predicate, DateTimeOffset? time)
        {
            if (time is { } at)
            {
                Say(self, predicate, new(at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture), Type: "xsd:dateTime"));
            }
        }
    }

    public static string Turtle(IReadOnlyList<Statement> statements)
    {
        var text = new StringBuilder();
        foreach (var (prefix, iri) in Prefixes)
        {
            text.Append(CultureInfo.InvariantCulture, $"@prefix {prefix}: <{iri}> .\n");
        }

        foreach (var about in statements.GroupBy(statement => statement.Subject))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{InTurtle(Iri(about.Key))}\n");
            text.AppendJoin(" ;\n", about.Select(statement => $"    {statement.Predicate} {InTurtle(statement.Value)}")).Append(" .\n");
        }

        return text.ToString();
    }

    public static JsonObject JsonLd(IReadOnlyList<Statement> statements)
    {
        var context = new JsonObject();
        foreach (var (prefix, iri) in Prefixes)
        {
            context[prefix] = iri;
        }

        return new()
        {
            ["@context"] = context,
            ["@graph"] = new JsonArray([.. statements.GroupBy(statement => statement.Subject).Select(Node)]),
        };

        static JsonNode Node(IGrouping<string, Statement> about)
        {
            var node = new JsonObject { ["@id"] = about.Key };
            foreach (var values in about.GroupBy(statement => statement.Predicate))
            {
                node[values.Key == "rdf:type" ? "@type" : values.Key] = new JsonArray([.. values.Select(statement => values.Key == "rdf:type" ? (JsonNode)statement.Value.Value : InJson(statement.Value))]);
            }

            return node;
        }
    }

    private static Term Iri(string value) => new(value, IsIri: true);

    private static Term Text(string value) => new(value);

    private static bool HasPrefix(string value) => Array.Exists(Prefixes, one => value.StartsWith($"{one.Prefix}:", StringComparison.Ordinal));

    private static string InTurtle(Term term) => term switch
    {
        { IsBlank: true } => term.Value,
        { IsIri: true } when HasPrefix(term.Value) => term.Value,
        { IsIri: true } => $"<{Escaped(term.Value)}>",
        { Language.Length: > 0 } => $"{Quoted(term.Value)}@{term.Language}",
        { Type.Length: > 0 } => $"{Quoted(term.Value)}^^{term.Type}",
        _ => Quoted(term.Value),
    };

    private static JsonObject InJson(Term term) => term switch
    {
        { IsIri: true } => new() { ["@id"] = term.Value },
        { Language.Length: > 0 } => new() { ["@value"] = term.Value, ["@language"] = term.Language },
        { Type.Length: > 0 } => new() { ["@value"] = term.Value, ["@type"] = term.Type },
        _ => new() { ["@value"] = term.Value },
    };

    // What an IRI in Turtle may not hold: <>"{}|^`\ and everything up to the space.
    private static string Escaped(string iri) =>
        string.Concat(iri.Select(character => character <= ' ' || "<>\"{}|^`\\".Contains(character, StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"%{(int)character:X2}") : character.ToString()));

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";
}
