using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Sessions.</summary>
public sealed partial class SessionService(IdentityDb db, DatabaseSignals signals, IHostApplicationLifetime lifetime, TimeProvider clock) : Contracts.V1.Sessions.SessionsBase
{
    private static Contracts.V1.Session Show(Data.Session session, Caller caller) => new()
    {
        Id = session.Id.ToString(),
        Provider = session.Provider,
        StartedAt = session.StartedAt.ToTimestamp(),
        LastSeenAt = session.LastSeenAt.ToTimestamp(),
        MembershipId = session.MembershipId?.ToString() ?? "",
        Current = session.Id == caller.Session,
    };
}
