namespace Gdx.Entitlement.Decisions;

/// <summary>A decision, how it came about, and what would turn a refusal around. It holds nothing of other agencies, also not of those that a grant hangs on.</summary>
public sealed record Explanation
{
    public required Decision Decision { get; init; }

    /// <summary>Every rule that was asked of every grant of the agency, in that order.</summary>
    public required IReadOnlyList<PathStep> Path { get; init; }

    /// <summary>All of these together make it an allowed call, and nothing less does; empty where it is allowed.</summary>
    public required IReadOnlyList<MissingStep> Missing { get; init; }
}

/// <summary>What one rule said about one grant: <see cref="DecisionCode.Allowed"/> where it has nothing against it.</summary>
public readonly record struct PathStep(Guid GrantId, PathRule Rule, DecisionCode Outcome);

/// <summary>The rules, in the order in which they are asked.</summary>
public enum PathRule
{
    Unspecified = 0,

    /// <summary>State, period and recertification.</summary>
    InForce,
    Channel,
    Purpose,
    Case,
    Officer,

    /// <summary>Whether what it hangs on covers it.</summary>
    Delegation,
}

/// <summary>What somebody has to do.</summary>
public enum MissingKind
{
    Unspecified = 0,

    /// <summary>The agency asks for a grant.</summary>
    AskForGrant,

    /// <summary>The agency asks for a grant that also names this purpose.</summary>
    AskForPurpose,

    /// <summary>The agency asks for the next grant: this one is over.</summary>
    Renew,

    /// <summary>The caller waits.</summary>
    WaitUntil,

    /// <summary>The caller names a purpose (this one, where one is said).</summary>
    NamePurpose,

    /// <summary>The caller names the case.</summary>
    NameCase,

    /// <summary>The caller uses this channel.</summary>
    UseChannel,

    /// <summary>An officer whom the SuperUser has registered for the grant makes the call.</summary>
    AskAsOfficer,

    /// <summary>The SuperUser registers the officer for the grant.</summary>
    RegisterOfficer,

    /// <summary>The SuperUser extends the officer's group: its period, purposes or fields.</summary>
    ExtendGroup,

    /// <summary>The agency has the grant recertified.</summary>
    Recertify,

    /// <summary>The agency has the suspension lifted.</summary>
    LiftSuspension,

    /// <summary>The central agency renews or restores what the grant hangs on.</summary>
    RestoreDelegation,
}

/// <summary>One thing that has to happen, in words for both languages.</summary>
public sealed record MissingStep(MissingKind Kind)
{
    /// <summary>The agency's own grant; null where there is none yet.</summary>
    public Guid? GrantId { get; init; }

    public Guid? GroupId { get; init; }

    public string? Purpose { get; init; }

    public Channel Channel { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string Thai => Kind switch
    {
        MissingKind.AskForGrant => "ขอสิทธิใช้ชุดข้อมูลนี้จากหน่วยงานเจ้าของข้อมูล (หรือจากหน่วยงานส่วนกลางของท่าน)",
        MissingKind.AskForPurpose => $"ขอสิทธิใช้ชุดข้อมูลนี้เพื่อวัตถุประสงค์ {Purpose}",
        MissingKind.Renew => "ขอต่ออายุสิทธิ: สิทธิเดิมสิ้นสุดแล้ว",
        MissingKind.WaitUntil => $"รอถึง {ThaiTime.Thai(Until!.Value)}",
        MissingKind.NamePurpose => Purpose is null ? "ระบุวัตถุประสงค์ของการเรียก" : $"ระบุวัตถุประสงค์ของการเรียก เช่น {Purpose}",
        MissingKind.NameCase => "ระบุเลขที่เรื่องของหน่วยงาน",
        MissingKind.UseChannel => Channel == Channel.Web ? "ใช้งานผ่านเว็บ" : "ใช้งานผ่าน API",
        MissingKind.AskAsOfficer => "ให้เจ้าหน้าที่ซึ่ง SuperUser ขึ้นทะเบียนสำหรับสิทธินี้แล้วเป็นผู้เรียก",
        MissingKind.RegisterOfficer => "ขอให้ SuperUser ของหน่วยงานขึ้นทะเบียนเจ้าหน้าที่สำหรับสิทธินี้",
        MissingKind.ExtendGroup => "ขอให้ SuperUser ของหน่วยงานขยายกลุ่มเจ้าหน้าที่ (ระยะเวลา วัตถุประสงค์ หรือรายการข้อมูล)",
        MissingKind.Recertify => "ขอให้ทบทวนและรับรองสิทธินี้อีกครั้ง",
        MissingKind.LiftSuspension => "ขอให้ยกเลิกการระงับสิทธินี้",
        MissingKind.RestoreDelegation => "ขอให้หน่วยงานส่วนกลางต่ออายุหรือคืนสิทธิที่สิทธินี้อาศัยอยู่",
        _ => "ติดต่อผู้ดูแลระบบ",
    };

    public string English => Kind switch
    {
        MissingKind.AskForGrant => "Ask the agency that owns the data (or your central agency) for the right to this dataset.",
        MissingKind.AskForPurpose => $"Ask for the right to this dataset for the purpose {Purpose}.",
        MissingKind.Renew => "Ask for a renewal: the grant is over.",
        MissingKind.WaitUntil => $"Wait until {ThaiTime.English(Until!.Value)}.",
        MissingKind.NamePurpose => Purpose is null ? "Name a purpose in the call." : $"Name a purpose in the call, such as {Purpose}.",
        MissingKind.NameCase => "Name your agency's case number in the call.",
        MissingKind.UseChannel => Channel == Channel.Web ? "Use the web." : "Use the API.",
        MissingKind.AskAsOfficer => "Let an officer call whom your SuperUser has registered for this grant.",
        MissingKind.RegisterOfficer => "Ask your agency's SuperUser to register the officer for this grant.",
        MissingKind.ExtendGroup => "Ask your agency's SuperUser to extend the group of officers (its period, purposes or fields).",
        MissingKind.Recertify => "Have the grant recertified.",
        MissingKind.LiftSuspension => "Have the suspension of the grant lifted.",
        MissingKind.RestoreDelegation => "Ask your central agency to renew or restore what this grant hangs on.",
        _ => "Ask the operator.",
    };
}

/// <summary>Instants as people in Thailand write them. Seven hours ahead, all year, since 1920.</summary>
internal static class ThaiTime
{
    private static readonly string[] Months = ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"];
    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    public static string Thai(DateTimeOffset instant)
    {
        var there = instant.ToOffset(Offset);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{there.Day} {Months[there.Month - 1]} {there.Year + 543} เวลา {there:HH':'mm':'ss} น.");
    }

    public static string English(DateTimeOffset instant) => instant.ToOffset(Offset).ToString("d MMMM yyyy, HH':'mm':'ss 'Thai time'", System.Globalization.CultureInfo.InvariantCulture);
}
