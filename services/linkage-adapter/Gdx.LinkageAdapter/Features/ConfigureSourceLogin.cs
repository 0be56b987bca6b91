using System.Text;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Features;

public sealed partial class SourceAccountService
{
    /// <summary>gRPC gdx.linkage_adapter.v1.SourceAccounts/Configure for a source with username and password (DBD): an operator, or the agency's own OrganizationAdmin, hands them over.</summary>
    private async Task<Contracts.V1.SourceAccount> ConfigureLoginAsync(ConfigureSourceAccountRequest request, Guid agencyId, ServerCallContext context)
    {
        var (username, password, person, ct) = (Secret("username", request.Username), Secret("password", request.Password), Person(context), context.CancellationToken);
        if (request.ProxyAddress.Length + request.SystemUserCitizenId.Length + request.OfficeId.Length + request.Jobs.Count > 0)
        {
            throw Problems.Invalid("source", "takes a username and a password, and nothing else");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var revision = await CountAsync(agencyId, request.Source, ct);
        var login = await db.SourceLogins.SingleOrDefaultAsync(known => known.AgencyId == agencyId && known.Source == request.Source, ct);
        var (protectedUsername, protectedPassword) = (Protect(SourceLogin.UsernamePurpose, username), Protect(SourceLogin.PasswordPurpose, password));
        if (login is null)
        {
            db.Add(new SourceLogin
            {
                AgencyId = agencyId,
                Source = request.Source,
                ProtectedUsername = protectedUsername,
                ProtectedPassword = protectedPassword,
                ConfiguredAt = clock.GetUtcNow(),
                ConfiguredBy = person,
            });
        }
        else
        {
            (login.ProtectedUsername, login.ProtectedPassword, login.ConfiguredAt, login.ConfiguredBy) = (protectedUsername, protectedPassword, clock.GetUtcNow(), person);
        }

        Announce(agencyId, request.Source, revision, person);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Reply(agencyId, request.Source);
    }

    private static Contracts.V1.SourceAccount Reply(Guid agencyId, string source) => new() { AgencyId = agencyId.ToString(), Source = source, Login = true };

    private byte[] Protect(string purpose, string secret) => protection.CreateProtector(purpose).Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>The next revision of the account; its row is locked until the commit, so that two configurations are announced in their order.</summary>
    private Task<long> CountAsync(Guid agencyId, string source, CancellationToken ct) => db.Database.SqlQuery<long>($"""
        INSERT INTO source_revisions (agency_id, source, revision) VALUES ({agencyId}, {source}, 1)
        ON CONFLICT (agency_id, source) DO UPDATE SET revision = source_revisions.revision + 1 RETURNING revision AS "Value"
        """).AsAsyncEnumerable().SingleAsync(ct).AsTask();

    private void Announce(Guid agencyId, string source, long revision, Guid person) =>
        db.Publish(agencyId, new SourceAccountConfigured { AgencyId = agencyId, Source = source, Revision = revision, At = clock.GetUtcNow(), By = person });

    /// <summary>Operators configure everything; an OrganizationAdmin hands over a login of its own agency.</summary>
    private static void RequireOwn(ServerCallContext context, Guid agencyId, string source)
    {
        var user = context.GetHttpContext().User;
        if (!user.IsInRole(Roles.Operator) && !(source == SourceLogin.Dbd && user.FindFirst(Claims.Agency)?.Value is { } own && Guid.TryParse(own, out var agency) && agency == agencyId))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "An OrganizationAdmin hands over the username and password of its own agency at dbd; the rest is the operator's.");
        }
    }

    private static Guid Person(ServerCallContext context) =>
        Guid.TryParse(context.GetHttpContext().User.FindFirst("sub")?.Value, out var person) ? person
            : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this.");

    // Not trimmed: a space may belong to a password.
    private static string Secret(string field, string value) =>
        value.Length is >= 1 and <= 200 && !value.Any(char.IsControl) ? value : throw Problems.Invalid(field, "must have 1-200 characters, without control characters");
}
