using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    private const int MostAsked = 1000; // As many as an officer group holds.

    /// <summary>gRPC gdx.identity.v1.Memberships/Check: which of these people work for an agency now, for entitlement.</summary>
    [Authorize(Roles = Roles.Entitlement)]
    public override async Task<CheckMembershipsReply> Check(CheckMembershipsRequest request, ServerCallContext context)
    {
        var agency = Fields.Id("agency_id", request.AgencyId);
        if (request.Asked.Count is < 1 or > MostAsked)
        {
            throw Problems.Invalid("asked", "must have 1-1000 entries");
        }

        // Never by e-mail: people type their own, and whoever types a colleague's would be taken for the colleague.
        var asked = request.Asked.Distinct().ToList();
        var ids = asked.ConvertAll(one => Guid.TryParseExact(one, "D", out var id) ? id : throw Problems.Invalid("asked", "name people by membership or person id"));
        var members = await (
            from member in db.Memberships
            where member.AgencyId == agency && member.State == MembershipState.Active
                && db.Agencies.Any(one => one.Id == agency && one.State == AgencyState.Active)
                && (ids.Contains(member.PersonId) || ids.Contains(member.Id))
            select new { member.Id, member.PersonId, member.Roles }).AsNoTracking().ToListAsync(context.CancellationToken);
        var byId = members.ToDictionary(member => member.Id.ToString());
        var byPerson = members.ToDictionary(member => member.PersonId.ToString());
        return new()
        {
            Members =
            {
                from one in asked
                let found = byPerson.GetValueOrDefault(one.ToLowerInvariant()) ?? byId.GetValueOrDefault(one.ToLowerInvariant())
                where found is not null
                select new CheckedMember { Asked = one, PersonId = found.PersonId.ToString(), Roles = { found.Roles } },
            },
        };
    }
}
