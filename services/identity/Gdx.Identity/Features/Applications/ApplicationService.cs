using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Applications: from hand-in to decision, for operators; who verifies never decides.</summary>
public sealed partial class ApplicationService(IdentityDb db, SubjectKey subjects, TimeProvider clock) : Applications.ApplicationsBase
{
    private async Task<RegistrationApplication> FindAsync(string id, CancellationToken ct)
    {
        var applicationId = Fields.Id("application_id", id);
        return await db.Applications.SingleOrDefaultAsync(application => application.Id == applicationId, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.application.unknown", "There is no application with this id.");
    }

    private static RpcException WrongState(RegistrationApplication application) => Problems.Rpc(
        StatusCode.FailedPrecondition, "identity.application.state", $"The application is {application.State.ToString().ToLowerInvariant()}; this cannot be done with it now.");

    private async Task<Application> AnswerAsync(RegistrationApplication application, CancellationToken ct) => Answer(application, application.ApiClientId is null
        ? null
        : await db.ApiClients.Where(client => client.Id == application.ApiClientId).Select(client => (Guid?)client.ConsumerKey).SingleAsync(ct));

    private static Application Answer(RegistrationApplication application, Guid? consumerKey) => new()
    {
        Id = application.Id.ToString(),
        State = application.State,
        AgencyKind = application.AgencyKind,
        AgencyNameTh = application.AgencyNameTh,
        AgencyNameEn = application.AgencyNameEn,
        Mission = application.Mission,
        ContactEmail = application.ContactEmail,
        SubmittedAt = application.SubmittedAt.ToTimestamp(),
        SubmittedBy = application.SubmittedBy.ToString(),
        VerifiedAt = application.VerifiedAt?.ToTimestamp(),
        VerifiedBy = application.VerifiedBy?.ToString() ?? "",
        DecidedAt = application.DecidedAt?.ToTimestamp(),
        DecidedBy = application.DecidedBy?.ToString() ?? "",
        Reason = application.Reason ?? "",
        AgencyId = application.AgencyId?.ToString() ?? "",
        ApiClientId = application.ApiClientId?.ToString() ?? "",
        ConsumerKey = consumerKey?.ToString() ?? "",
    };
}
