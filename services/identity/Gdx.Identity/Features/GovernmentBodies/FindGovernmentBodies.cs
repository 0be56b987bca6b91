using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Find: the register by number, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindGovernmentBodiesReply> Find(FindGovernmentBodiesRequest request, ServerCallContext context)
    {
        var (size, text, after) = (Fields.PageSize(request.PageSize), Fields.Search("text", request.Text), request.PageToken);
        if (after.Length > 0 && !JuristicId.TryParse(after, out _))
        {
            throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer");
        }

        var page = await db.GovernmentBodies.AsNoTracking()
            .Where(body => after == "" || body.JuristicId.CompareTo(after) > 0)
            .Where(body => text == null || body.JuristicId == text.Whole || EF.Functions.ILike(body.NameTh, text.Pattern, "\\") || EF.Functions.ILike(body.NameEn, text.Pattern, "\\"))
            .OrderBy(body => body.JuristicId)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindGovernmentBodiesReply { Bodies = { page.Take(size).Select(Answer) }, NextPageToken = page.Count > size ? page[size - 1].JuristicId : "" };
    }
}
