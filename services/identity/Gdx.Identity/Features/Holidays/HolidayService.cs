using System.Globalization;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Holiday = Gdx.Identity.Contracts.V1.Holiday;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Holidays: the days on which government offices are closed; the verification clock stands still on them.</summary>
public sealed partial class HolidayService(IdentityDb db, TimeProvider clock) : Holidays.HolidaysBase
{
    private static DateOnly Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and <= 2200
            ? date
            : throw Problems.Invalid("date", "must be a day such as 2026-12-10, of the Common Era, 2000 to 2200");

    private static Holiday Answer(Data.Holiday holiday) => new() { Date = holiday.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), NameTh = holiday.NameTh, NameEn = holiday.NameEn };
}
