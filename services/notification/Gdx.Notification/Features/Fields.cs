using Gdx.ServiceDefaults;

namespace Gdx.Notification.Features;

/// <summary>Reads the fields of requests; what does not fit is refused with the field's name and never repeated in the answer.</summary>
public static class Fields
{
    /// <summary>A UUID with hyphens, not all zeros.</summary>
    public static Guid Id(string field, string value) =>
        Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty ? id : throw Problems.Invalid(field, "must be a UUID");

    /// <summary>1 to 100; 0 means 50.</summary>
    public static int PageSize(int value) => value switch
    {
        0 => 50,
        >= 1 and <= 100 => value,
        _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50"),
    };

    /// <summary>The last id of the page before; null for the first page.</summary>
    public static Guid? PageToken(string value) => value.Length == 0 ? null
        : Guid.TryParse(value, out var id) ? id
        : throw Problems.Invalid("page_token", "is not one that was answered before");
}
