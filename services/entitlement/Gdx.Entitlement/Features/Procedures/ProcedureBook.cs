using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Gdx.Entitlement.Contracts.V1;

namespace Gdx.Entitlement.Features;

/// <summary>
/// Every procedure: those that come with the program (<c>Procedures/*.json</c>) and those in the directory that the setting
/// <c>Entitlement:Procedures</c> names. Read once, at start: a file that is not in order stops it and says which file and key.
/// </summary>
public sealed partial class ProcedureBook
{
    /// <summary>What a regional agency goes through, whatever the dataset's procedure.</summary>
    public const string Regional = "regional";

    private const int LongestMonths = 60; // A right that nobody has looked at for five years is not one.

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private readonly SortedDictionary<string, ProcedureFile> procedures = new(StringComparer.Ordinal);

    private ProcedureBook()
    {
    }

    /// <summary>The agency (UUID) that is the Bureau of Registration, as the setting <c>Entitlement:BureauAgencyId</c> names it; null where it is not on the exchange and answers on paper.</summary>
    public Guid? Bureau { get; private init; }

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<ProcedureFile> All => procedures.Values;

    public ProcedureFile? Find(string id) => procedures.GetValueOrDefault(id);

    public static ProcedureBook Read(IConfiguration settings)
    {
        var book = new ProcedureBook
        {
            Bureau = settings["Entitlement:BureauAgencyId"] is not { Length: > 0 } bureau ? null
                : Guid.TryParse(bureau, out var id) ? id : throw new InvalidOperationException("Entitlement:BureauAgencyId must be the UUID of an agency"),
        };
        var assembly = typeof(ProcedureBook).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("procedures/", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            book.Add(name, file);
        }

        if (settings["Entitlement:Procedures"] is { Length: > 0 } folder)
        {
            foreach (var name in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : throw new InvalidOperationException($"Entitlement:Procedures names a directory that is not there: {folder}"))
            {
                using var file = File.OpenRead(name);
                book.Add(name, file);
            }
        }

        return book;
    }

    private void Add(string name, Stream file)
    {
        ProcedureFile procedure;
        try
        {
            procedure = JsonSerializer.Deserialize<ProcedureFile>(file, Json) ?? throw Wrong(name, "$", "is null");
        }
        catch (JsonException wrong)
        {
            throw Wrong(name, wrong.Path ?? "$", wrong.Message);
        }

        if (Fault(procedure, Path.GetFileNameWithoutExtension(name)) is var (key, why))
        {
            throw Wrong(name, key, why);
        }

        if (!procedures.TryAdd(procedure.Id, procedure))
        {
            throw Wrong(name, "id", $"{procedure.Id} is there already");
        }
    }

    private static InvalidOperationException Wrong(string file, string key, string why) => new($"Procedure file {file}, {key}: {why}");

    /// <summary>The first thing that is not in order: its key and why.</summary>
    private static (string Key, string Why)? Fault(ProcedureFile procedure, string name)
    {
        if (!Slug().IsMatch(procedure.Id) || procedure.Id != name)
        {
            return ("id", "must be the file's name: lower-case letters, digits and hyphens, at most 64");
        }

        if (Blank(("nameTh", procedure.NameTh), ("nameEn", procedure.NameEn), ("summaryTh", procedure.SummaryTh), ("summaryEn", procedure.SummaryEn)) is { } blank)
        {
            return (blank, "must have 1-2000 characters");
        }

        if (procedure.RecertifyMonths is < 1 or > LongestMonths || procedure.LargestMonths is < 1 or > LongestMonths || procedure.DefaultMonths < 1 || procedure.DefaultMonths > procedure.LargestMonths)
        {
            return (procedure.RecertifyMonths is < 1 or > LongestMonths ? "recertifyMonths" : procedure.LargestMonths is < 1 or > LongestMonths ? "largestMonths" : "defaultMonths", $"must be 1-{LongestMonths}, and the default not above the largest");
        }

        if (!procedure.RequestNeeded)
        {
            return procedure.Steps.Count == 0 ? null : ("steps", "must be none where no request is needed");
        }

        var before = new HashSet<string>();
        foreach (var (index, step) in procedure.Steps.Index())
        {
            if (Fault(step, before) is var (key, why))
            {
                return ($"steps[{index}].{key}", why);
            }

            before.Add(step.Id);
        }

        // Whoever hands credentials over never finishes a request: the last word is a person's who looks at it.
        return procedure.Steps.FirstOrDefault(step => step.Kind == StepKind.Credentials && !procedure.Steps.Any(other => other.Needs.Contains(step.Id))) is { } loose ? ("steps", $"no step needs {loose.Id}")
            : procedure.Steps.Any(step => step is { Kind: StepKind.Decide, Actor: StepActor.Operator or StepActor.Central }) ? null
            : ("steps", "must have a decision of the operator or of the central agency");
    }

    private static (string Key, string Why)? Fault(ProcedureFileStep step, HashSet<string> before)
    {
        if (!Slug().IsMatch(step.Id) || before.Contains(step.Id))
        {
            return ("id", "must be lower-case letters, digits and hyphens, at most 64, and no other step's");
        }

        if (Blank(("titleTh", step.TitleTh), ("titleEn", step.TitleEn), ("whatTh", step.WhatTh), ("whatEn", step.WhatEn)) is { } blank)
        {
            return (blank, "must have 1-2000 characters");
        }

        StepActor[] actors = step.Kind switch
        {
            StepKind.Attach or StepKind.Credentials => [StepActor.Agency],
            StepKind.Decide => [StepActor.Owner, StepActor.Bureau, StepActor.Central, StepActor.Operator],
            StepKind.Confirm => [StepActor.Agency, StepActor.Bureau, StepActor.SuperUser],
            _ => [],
        };
        if (!actors.Contains(step.Actor))
        {
            return actors.Length == 0 ? ("kind", "must be attach, decide, confirm or credentials") : ("actor", $"must be one of {string.Join(", ", actors.Select(RequestRules.Name))} where the kind is {RequestRules.Name(step.Kind)}");
        }

        // Earlier steps only: so no two can wait for each other.
        if (step.Needs.FirstOrDefault(need => !before.Contains(need)) is { } unknown)
        {
            return ("needs", $"{unknown} is no earlier step");
        }

        if ((step.Kind == StepKind.Credentials) != Slug().IsMatch(step.Source))
        {
            return ("source", "must name the source of credentials, and be left out elsewhere");
        }

        if (step.Kind == StepKind.Attach && step.Letters.Count == 0)
        {
            return ("letters", "must name what is to be attached");
        }

        if (step.Actor is StepActor.Owner or StepActor.Bureau && !step.Letters.Any(letter => letter.Required))
        {
            return ("letters", "must require the letter from which an operator records the answer");
        }

        foreach (var (index, letter) in step.Letters.Index())
        {
            if (!Slug().IsMatch(letter.Kind) || Blank(("nameTh", letter.NameTh), ("nameEn", letter.NameEn)) is not null || letter.MustNameTh.Length == 0 != (letter.MustNameEn.Length == 0) || letter.MustNameTh.Length > 2000)
            {
                return ($"letters[{index}]", "must have a kind (lower-case letters, digits, hyphens) and names in Thai and English; what it must name in both or neither");
            }
        }

        return null;
    }

    private static string? Blank(params ReadOnlySpan<(string Key, string Text)> texts)
    {
        foreach (var (key, text) in texts)
        {
            if (text.Trim().Length is < 1 or > 2000)
            {
                return key;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,63}\z")]
    private static partial Regex Slug();
}
