using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class HolidayService
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
}
