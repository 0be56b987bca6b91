using System.Collections.Concurrent;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed partial class FakeIdentity
{
    private readonly ConcurrentDictionary<(Guid Agency, string Asked), Guid> members = [];

    /// <summary>Runs while Entitlement waits for who works for an agency.</summary>
    public ConcurrentDictionary<Guid, Func<Task>> WhileAsked { get; } = [];

    /// <summary>An active member of the agency, known by the ids of person and membership.</summary>
    public Guid NewMember(Guid agency, Guid? membership = null)
    {
        var person = Guid.CreateVersion7();
        members[(agency, person.ToString())] = person;
        members[(agency, (membership ?? Guid.CreateVersion7()).ToString())] = person;
        return person;
    }

    /// <summary>They do not work there any more.</summary>
    public void Forget(Guid agency, Guid person) => members.TryRemove((agency, person.ToString()), out _);

    private sealed class KnownMembers(FakeIdentity identity) : Memberships.MembershipsBase
    {
        public override async Task<CheckMembershipsReply> Check(CheckMembershipsRequest request, ServerCallContext context)
        {
            var agency = Guid.Parse(request.AgencyId);
            if (request.Asked.Count is < 1 or > 1000 || request.Asked.Any(one => !Guid.TryParseExact(one, "D", out _)))
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "as the real one"));
            }

            if (identity.Faults.TryGetValue(agency, out var fault))
            {
                throw new RpcException(new Status(fault, "the reason stays between services"));
            }

            var reply = new CheckMembershipsReply();
            foreach (var asked in request.Asked)
            {
                if (identity.members.TryGetValue((agency, asked), out var person))
                {
                    reply.Members.Add(new CheckedMember { Asked = asked, PersonId = person.ToString(), Roles = { "officer" } });
                }
            }

            if (identity.WhileAsked.TryRemove(agency, out var meanwhile))
            {
                await meanwhile();
            }

            return reply;
        }
    }
}
