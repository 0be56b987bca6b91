using Gdx.Entitlement.Contracts.V1;

namespace Gdx.Entitlement.Features;

/// <summary>One file of <c>Procedures/</c>: the steps that lead to a right at one kind of source.</summary>
public sealed record ProcedureFile
{
    public required string Id { get; init; }

    public required string NameTh { get; init; }

    public required string NameEn { get; init; }

    public required string SummaryTh { get; init; }

    public required string SummaryEn { get; init; }

    public required bool RequestNeeded { get; init; }

    public required bool OfficersManaged { get; init; }

    /// <summary>Once a year somebody looks whether the right is still needed.</summary>
    public int RecertifyMonths { get; init; } = 12;

    public int DefaultMonths { get; init; } = 12;

    public int LargestMonths { get; init; } = 36;

    public required IReadOnlyList<ProcedureFileStep> Steps { get; init; }

    /// <summary>As the wire has it.</summary>
    public Procedure Answer() => new()
    {
        Id = Id,
        NameTh = NameTh,
        NameEn = NameEn,
        SummaryTh = SummaryTh,
        SummaryEn = SummaryEn,
        RequestNeeded = RequestNeeded,
        OfficersManaged = OfficersManaged,
        RecertifyMonths = RecertifyMonths,
        DefaultMonths = DefaultMonths,
        LargestMonths = LargestMonths,
        Steps = { Steps.Select(step => step.Answer()) },
    };
}

/// <summary>One step: who does what, with which letters, after which others.</summary>
public sealed record ProcedureFileStep
{
    public required string Id { get; init; }

    public required StepKind Kind { get; init; }

    public required StepActor Actor { get; init; }

    public required string TitleTh { get; init; }

    public required string TitleEn { get; init; }

    public required string WhatTh { get; init; }

    public required string WhatEn { get; init; }

    public IReadOnlyList<ProcedureFileLetter> Letters { get; init; } = [];

    public IReadOnlyList<string> Needs { get; init; } = [];

    public string Source { get; init; } = "";

    public ProcedureStep Answer() => new()
    {
        Id = Id,
        Kind = Kind,
        Actor = Actor,
        TitleTh = TitleTh,
        TitleEn = TitleEn,
        WhatTh = WhatTh,
        WhatEn = WhatEn,
        Letters =
        {
            Letters.Select(letter => new ProcedureLetter
            {
                Kind = letter.Kind,
                NameTh = letter.NameTh,
                NameEn = letter.NameEn,
                Required = letter.Required,
                MustNameTh = letter.MustNameTh,
                MustNameEn = letter.MustNameEn,
            }),
        },
        Needs = { Needs },
        Source = Source,
    };
}

/// <summary>A letter that a step takes.</summary>
public sealed record ProcedureFileLetter
{
    public required string Kind { get; init; }

    public required string NameTh { get; init; }

    public required string NameEn { get; init; }

    public required bool Required { get; init; }

    public string MustNameTh { get; init; } = "";

    public string MustNameEn { get; init; } = "";
}
