using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Features;

public sealed partial class SourceAccountService
{
    /// <summary>gRPC gdx.linkage_adapter.v1.SourceAccounts/Get: the account of (agency, source), without its system user.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<SourceAccount> Get(GetSourceAccountRequest request, ServerCallContext context)
    {
        var agencyId = AgencyId(request.AgencyId);
        var source = Source(request.Source);
        if (source == Data.SourceLogin.Dbd)
        {
            return await db.SourceLogins.AnyAsync(login => login.AgencyId == agencyId && login.Source == source, context.CancellationToken) ? Reply(agencyId, source) : throw NoAccount();
        }

        var account = await db.SourceAccounts.AsNoTracking().SingleOrDefaultAsync(known => known.AgencyId == agencyId && known.Source == source, context.CancellationToken);
        return account is null
            ? throw NoAccount()
            : Reply(account);
    }

    private static RpcException NoAccount() => Problems.Rpc(StatusCode.NotFound, "linkage-adapter.source_account.unknown", "The agency has no account at this source.");
}
