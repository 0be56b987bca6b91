using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    /// <summary>gRPC gdx.identity.v1.People/Get: the own profile with the places where one works.</summary>
    [Authorize(Roles = Roles.Person)]
    public override Task<Profile> Get(GetProfileRequest request, ServerCallContext context) => AnswerAsync(Caller.Of(context).Person, context.CancellationToken);
}
