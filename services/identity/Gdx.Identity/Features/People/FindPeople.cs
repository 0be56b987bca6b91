using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    /// <summary>gRPC gdx.identity.v1.People/Find: one person or all, for operators; oldest first.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindPeopleReply> Find(FindPeopleRequest request, ServerCallContext context)
    {
        Guid? id = request.PersonId.Length == 0 ? null : Fields.Id("person_id", request.PersonId);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var found = await (
            from person in db.People.AsNoTracking()
            where (id == null || person.Id == id) && (after == null || person.Id > after)
            join own in db.Pins on person.Id equals own.PersonId into pins
            from pin in pins.DefaultIfEmpty()
            orderby person.Id
            select new { Person = person, HasPin = pin != null, pin!.LockedAt }).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindPeopleReply
        {
            People = { found.Take(size).Select(row => Answer(row.Person, !row.HasPin ? PinState.None : row.LockedAt is null ? PinState.Set : PinState.Locked)) },
            NextPageToken = found.Count > size ? found[size - 1].Person.Id.ToString("N") : "",
        };
    }
}
