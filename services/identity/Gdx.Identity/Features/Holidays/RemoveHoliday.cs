using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class HolidayService
{
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
}
