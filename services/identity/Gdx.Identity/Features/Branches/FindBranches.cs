using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class BranchService
{
    /// <summary>gRPC gdx.identity.v1.Branches/Find: the branches of an active agency for whoever has signed in, of any for operators, by code.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<FindBranchesReply> Find(FindBranchesRequest request, ServerCallContext context)
    {
        var (agency, isOperator, text) = (Fields.Id("agency_id", request.AgencyId), Caller.Of(context).Is(Roles.Operator), Fields.Search("text", request.Text));
        var (size, after, ct) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken), context.CancellationToken);
        if (!await db.Agencies.AnyAsync(one => one.Id == agency && (isOperator || one.State == AgencyState.Active), ct))
        {
            throw AgencyService.Unknown();
        }

        // The token is the last branch; its code says where the next page begins.
        var code = after is null ? "" : await db.Branches.Where(branch => branch.Id == after && branch.AgencyId == agency).Select(branch => branch.Code).SingleOrDefaultAsync(ct) ?? "";
        var page = await db.Branches.AsNoTracking()
            .Where(branch => branch.AgencyId == agency && branch.Code.CompareTo(code) > 0)
            .Where(branch => text == null || branch.Code == text.Whole || EF.Functions.ILike(branch.NameTh, text.Pattern, "\\")
                || EF.Functions.ILike(branch.NameEn!, text.Pattern, "\\") || EF.Functions.ILike(branch.Province, text.Pattern, "\\"))
            .OrderBy(branch => branch.Code)
            .Take(size + 1)
            .Select(branch => new Branch
            {
                Id = branch.Id.ToString(),
                AgencyId = branch.AgencyId.ToString(),
                Code = branch.Code,
                NameTh = branch.NameTh,
                NameEn = branch.NameEn ?? "",
                Province = branch.Province,
                Address = branch.Address ?? "",
            })
            .ToListAsync(ct);
        return new FindBranchesReply
        {
            Branches = { page.Take(size) },
            NextPageToken = page.Count > size ? Guid.Parse(page[size - 1].Id).ToString("N") : "",
        };
    }
}
