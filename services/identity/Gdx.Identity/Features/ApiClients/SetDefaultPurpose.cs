using System.Text.RegularExpressions;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/SetDefaultPurpose: what a client's calls are for that name no purpose themselves. No right: the grant must name it.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> SetDefaultPurpose(SetDefaultPurposeRequest request, ServerCallContext context)
    {
        if (request.DefaultPurpose.Length > 0 && !PurposeCode().IsMatch(request.DefaultPurpose))
        {
            throw Problems.Invalid("default_purpose", "must be a code of 3-64 lower-case letters, digits, dots and hyphens such as welfare.eligibility, or empty");
        }

        return ChangeAsync(request.ApiClientId, context, (client, _) => client.DefaultPurpose = request.DefaultPurpose.Length == 0 ? null : request.DefaultPurpose);
    }

    [GeneratedRegex(@"^[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex PurposeCode();
}
