using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class AgencyService
{
    /// <summary>gRPC gdx.identity.v1.Agencies/Find: all agencies for operators; for anyone else who has signed in the names of active ones, to pick their own.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<FindAgenciesReply> Find(FindAgenciesRequest request, ServerCallContext context)
    {
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of an agency, or unspecified for all");
        }

        if (!Enum.IsDefined(request.Kind))
        {
            throw Problems.Invalid("kind", "must be a kind of agency, or unspecified for all");
        }

        var (isOperator, text) = (Caller.Of(context).Is(Roles.Operator), Fields.Search("text", request.Text));
        Guid? central = request.CentralAgencyId.Length == 0 ? null : Fields.Id("central_agency_id", request.CentralAgencyId);
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.Agencies.AsNoTracking()
            .Where(agency => isOperator || agency.State == AgencyState.Active)
            .Where(agency => request.State == AgencyState.Unspecified || agency.State == request.State)
            .Where(agency => request.Kind == AgencyKind.Unspecified || agency.Kind == request.Kind)
            .Where(agency => central == null || agency.CentralAgencyId == central)
            .Where(agency => text == null || EF.Functions.ILike(agency.NameTh, text.Pattern, "\\") || EF.Functions.ILike(agency.NameEn, text.Pattern, "\\")
                || agency.OfficialCode == text.Whole || (isOperator && agency.JuristicId == text.Whole))
            .Where(agency => before == null || agency.Id < before)
            .OrderByDescending(agency => agency.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindAgenciesReply
        {
            Agencies = { page.Take(size).Select(agency => isOperator ? Answer(agency) : Named(agency)) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }

    private static Agency Named(Data.Agency agency) => new()
    {
        Id = agency.Id.ToString(),
        Kind = agency.Kind,
        NameTh = agency.NameTh,
        NameEn = agency.NameEn,
        State = agency.State,
        OfficialCode = agency.OfficialCode ?? "",
        CentralAgencyId = agency.CentralAgencyId?.ToString() ?? "",
    };
}
