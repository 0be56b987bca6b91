namespace Gdx.Notification.Features;

/// <summary>A sample of every value that a template may name: for the preview and for the test that renders them all.</summary>
public static class Samples
{
    private static readonly DateTimeOffset Day = new(2026, 12, 1, 2, 30, 0, TimeSpan.Zero);

    public static IReadOnlyDictionary<string, object> Values { get; } = new Dictionary<string, object>
    {
        ["agency_name_th"] = "กรม <ตัวอย่าง>", // With what HTML must not take at its word.
        ["agency_name_en"] = "Sample & Department",
        ["person_name"] = "บุคคล <สมมติ>",
        ["reason"] = "หนังสือไม่ครบ / A letter is missing & unsigned",
        ["occurred_at"] = Day,
        ["submitted_at"] = Day,
        ["old_ends_at"] = Day.AddDays(7),
        ["expires_at"] = Day.AddDays(30),
        ["days_left"] = "30",
        ["consumer_key"] = "00000000-0000-4000-8000-000000000000",
        ["claim_url"] = "https://identity.gdx.test/claim?code=sample",
        ["claim_until_at"] = Day.AddDays(3),
        ["dataset_id"] = "dopa.person",
        ["valid_from_at"] = Day,
        ["valid_until_at"] = Day.AddYears(1),
        ["dataset_version"] = "1",
        ["recertify_by_at"] = Day.AddDays(30),
        ["ends_at"] = Day.AddDays(90),
        ["ended"] = "no",
        ["step_kind"] = "decide",
        ["government_only"] = "no",
        ["agreed_at"] = Day.AddDays(5),
        ["slug"] = "sample-data",
    };
}
