using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class HolidayService
{
    /// <summary>gRPC gdx.identity.v1.Holidays/Find: the holidays of one year, for whoever has signed in, and for services, which count working days by them.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person},{Roles.Service}")]
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
}
