using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    private const string Readers = $"{Roles.Operator},{Roles.Auditor},{Roles.OrganizationAdmin},{Roles.SuperUser},{Roles.Officer},{Roles.DataOwner}";

    private const int FarthestDays = 3650; // Longer than any right lasts.

    /// <summary>gRPC gdx.entitlement.v1.Grants/Find: the grants that the caller may see, newest first.</summary>
    [Authorize(Roles = Readers)]
    public override async Task<FindGrantsReply> Find(FindGrantsRequest request, ServerCallContext context)
    {
        var size = PageSize(request.PageSize);
        var query = Filter(Visible(GrantCaller.Of(context)).AsNoTracking(), request, clock.GetUtcNow());
        if (request.PageToken.Length > 0)
        {
            // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
            var before = Id("page_token", request.PageToken);
            query = query.Where(grant => grant.Id < before);
        }

        var page = await query.OrderByDescending(grant => grant.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindGrantsReply
        {
            Grants = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }

    /// <summary>1 to 100; 0 means 50.</summary>
    public static int PageSize(int asked) => asked switch
    {
        0 => 50,
        >= 1 and <= 100 => asked,
        _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50"),
    };

    private static IQueryable<Data.Grant> Filter(IQueryable<Data.Grant> query, FindGrantsRequest request, DateTimeOffset now)
    {
        if (request.AgencyId.Length > 0)
        {
            var agency = Id("agency_id", request.AgencyId);
            query = query.Where(grant => grant.AgencyId == agency);
        }

        if (request.OwnerAgencyId.Length > 0)
        {
            var owner = Id("owner_agency_id", request.OwnerAgencyId);
            query = query.Where(grant => grant.OwnerAgencyId == owner);
        }

        if (request.ParentGrantId.Length > 0)
        {
            var parent = Id("parent_grant_id", request.ParentGrantId);
            query = query.Where(grant => grant.ParentGrantId == parent);
        }

        if (request.DatasetId.Length > 0)
        {
            var dataset = PermissionService.Dataset(request.DatasetId);
            query = query.Where(grant => grant.DatasetId == dataset);
        }

        if (request.ExpiringWithinDays != 0)
        {
            var end = request.ExpiringWithinDays is >= 1 and <= FarthestDays
                ? now.AddDays(request.ExpiringWithinDays)
                : throw Problems.Invalid("expiring_within_days", $"must be 1-{FarthestDays}, or 0 for all");
            query = query.Where(grant => grant.ValidUntil > now && grant.ValidUntil <= end && grant.RevokedAt == null);
        }

        return request.State switch
        {
            GrantState.Unspecified => query,
            GrantState.Active or GrantState.Conditional => query.Where(grant => grant.RevokedAt == null && grant.SuspendedAt == null),
            GrantState.Suspended => query.Where(grant => grant.RevokedAt == null && grant.SuspendedAt != null),
            GrantState.Revoked => query.Where(grant => grant.RevokedAt != null),
            _ => throw Problems.Invalid("state", "must be a state of a grant, or unspecified for all"),
        };
    }

    /// <summary>What this caller may see; everything else is as if it did not exist.</summary>
    private IQueryable<Data.Grant> Visible(GrantCaller caller)
    {
        if (caller.SeesAll)
        {
            return db.Grants;
        }

        var (agency, holder, owner, central) = (
            caller.Agency, caller.Is(Roles.OrganizationAdmin, Roles.SuperUser, Roles.Officer), caller.Is(Roles.DataOwner), caller.Is(Roles.OrganizationAdmin));
        return db.Grants.Where(grant => agency != null
            && ((holder && grant.AgencyId == agency)
                || (owner && grant.OwnerAgencyId == agency)
                || (central && db.Grants.Any(parent => parent.Id == grant.ParentGrantId && parent.AgencyId == agency))));
    }
}
