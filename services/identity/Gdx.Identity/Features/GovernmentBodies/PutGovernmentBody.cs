using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Put: adds a body to the register, or changes what it says.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<GovernmentBody> Put(GovernmentBody request, ServerCallContext context)
    {
        var (ct, number) = (context.CancellationToken, IsNumber(request.JuristicId) ? request.JuristicId : throw Problems.Invalid("juristic_id", "must be the 13-digit number of a government body"));
        List<string> domains = [.. request.MailDomains.Select(domain => domain.Trim().ToLowerInvariant()).Distinct()];
        if (domains.Count > MostDomains || !domains.TrueForAll(IsDomain))
        {
            throw Problems.Invalid("mail_domains", $"must be at most {MostDomains} government domains such as welfare.go.th");
        }

        if (request.CentralJuristicId.Length > 0 && !(request.Kind == AgencyKind.Regional && IsNumber(request.CentralJuristicId)))
        {
            throw Problems.Invalid("central_juristic_id", "must be the 13-digit number of a government body, of a regional one only");
        }

        var kind = request.Kind != AgencyKind.Unspecified && Enum.IsDefined(request.Kind) ? request.Kind : throw Problems.Invalid("kind", "must be a department, a regional or a local body");
        var (thai, english) = (Fields.Text("name_th", request.NameTh, 200), Fields.Text("name_en", request.NameEn, 200));
        var body = await db.GovernmentBodies.SingleOrDefaultAsync(one => one.JuristicId == number, ct);
        if (body is null)
        {
            body = new() { JuristicId = number, NameTh = thai, NameEn = english };
            db.GovernmentBodies.Add(body);
        }

        (body.NameTh, body.NameEn, body.Kind, body.MailDomains, body.CentralJuristicId) = (thai, english, kind, domains, request.CentralJuristicId.Length == 0 ? null : request.CentralJuristicId);
        (body.PutAt, body.PutBy) = (clock.GetUtcNow(), context.Person());
        await db.SaveChangesAsync(ct);
        return Answer(body);
    }
}
