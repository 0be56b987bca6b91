using System.Globalization;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Holiday = Gdx.Identity.Contracts.V1.Holiday;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Holidays: the days on which government offices are closed; the verification clock stands still on them.</summary>
public sealed class HolidayService(IdentityDb db, TimeProvider clock) : Holidays.HolidaysBase
{
    /// <summary>gRPC gdx.identity.v1.Holidays/Put: adds a day, or names it anew, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Holiday> Put(Holiday request, ServerCallContext context)
    {
        var (ct, date) = (context.CancellationToken, Date(request.Date));
        var (thai, english) = (Fields.Text("name_th", request.NameTh, 200), Fields.Text("name_en", request.NameEn, 200));
        var holiday = await db.Holidays.SingleOrDefaultAsync(known => known.Date == date, ct);
        if (holiday is null)
        {
            holiday = new() { Date = date, NameTh = thai, NameEn = english };
            db.Holidays.Add(holiday);
        }

        (holiday.NameTh, holiday.NameEn, holiday.RemovedAt, holiday.ChangedBy) = (thai, english, null, context.Person());
        await db.SaveChangesAsync(ct);
        return Answer(holiday);
    }

    /// <summary>gRPC gdx.identity.v1.Holidays/Remove: makes a day a working day again, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<RemoveHolidayReply> Remove(RemoveHolidayRequest request, ServerCallContext context)
    {
        var (ct, date) = (context.CancellationToken, Date(request.Date));
        var holiday = await db.Holidays.SingleOrDefaultAsync(known => known.Date == date && known.RemovedAt == null, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.holiday.unknown", "This day is no holiday.");
        (holiday.RemovedAt, holiday.ChangedBy) = (clock.GetUtcNow(), context.Person());
        await db.SaveChangesAsync(ct);
        return new();
    }

    /// <summary>gRPC gdx.identity.v1.Holidays/Find: the holidays of one year, for whoever has signed in.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<FindHolidaysReply> Find(FindHolidaysRequest request, ServerCallContext context)
    {
        if (request.Year is < 2000 or > 2200)
        {
            throw Problems.Invalid("year", "must be a year of the Common Era, 2000 to 2200");
        }

        var (first, last) = (new DateOnly(request.Year, 1, 1), new DateOnly(request.Year, 12, 31));
        var days = await db.Holidays.AsNoTracking().Where(day => day.Date >= first && day.Date <= last && day.RemovedAt == null).OrderBy(day => day.Date).ToListAsync(context.CancellationToken);
        return new FindHolidaysReply { Holidays = { days.Select(Answer) } };
    }

    private static DateOnly Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and <= 2200
            ? date
            : throw Problems.Invalid("date", "must be a day such as 2026-12-10, of the Common Era, 2000 to 2200");

    private static Holiday Answer(Data.Holiday holiday) => new() { Date = holiday.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), NameTh = holiday.NameTh, NameEn = holiday.NameEn };
}
