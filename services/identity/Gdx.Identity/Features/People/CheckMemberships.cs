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
    private const int LongestAsked = 254; // Of an e-mail (RFC 5321).

    /// <summary>gRPC gdx.identity.v1.Memberships/Check: which of these people work for an agency now, for entitlement.</summary>
    [Authorize(Roles = Roles.Entitlement)]
    public override async Task<CheckMembershipsReply> Check(CheckMembershipsRequest request, ServerCallContext context)
    {
        var agency = Fields.Id("agency_id", request.AgencyId);
        if (request.Asked.Count is < 1 or > MostAsked || request.Asked.Any(one => one.Length is < 1 or > LongestAsked))
        {
            throw Problems.Invalid("asked", "must have 1-1000 entries of 1-254 characters");
        }

        var asked = request.Asked.Distinct().ToList();
        var ids = asked.Where(one => Guid.TryParseExact(one, "D", out _)).Select(Guid.Parse).ToList();
        // As patterns of ILIKE: whoever types an address minds no capitals.
        List<string> emails = [.. asked.Where(one => one.Contains('@', StringComparison.Ordinal) && !one.Any(Fields.IsUnprintable))
            .Select(one => one.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal))];
        var members = await (
            from member in db.Memberships
            join person in db.People on member.PersonId equals person.Id
            where member.AgencyId == agency && member.State == MembershipState.Active
                && db.Agencies.Any(one => one.Id == agency && one.State == AgencyState.Active)
                && (ids.Contains(member.PersonId) || ids.Contains(member.Id) || emails.Any(email => EF.Functions.ILike(person.Email!, email)))
            select new { member.Id, member.PersonId, member.Roles, person.Email }).AsNoTracking().ToListAsync(context.CancellationToken);
        var byId = members.ToDictionary(member => member.Id.ToString());
        var byPerson = members.ToDictionary(member => member.PersonId.ToString());
        var byEmail = members.ToLookup(member => member.Email?.ToLowerInvariant());
        return new()
        {
            Members =
            {
                from one in asked
                let found = byPerson.GetValueOrDefault(one.ToLowerInvariant()) ?? byId.GetValueOrDefault(one.ToLowerInvariant())
                    ?? (byEmail[one.ToLowerInvariant()].Take(2).ToList() is [var only] ? only : null)
                where found is not null
                select new CheckedMember { Asked = one, PersonId = found.PersonId.ToString(), Roles = { found.Roles } },
            },
        };
    }
}
