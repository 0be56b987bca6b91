using System.Text.RegularExpressions;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Features;

public sealed partial class SourceAccountService
{
    private const int MostJobs = 100; // An agency has a handful of purposes.

    /// <summary>gRPC gdx.linkage_adapter.v1.SourceAccounts/Configure: sets or replaces the account of (agency, source); the next call uses it.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.OrganizationAdmin}")]
    public override async Task<Contracts.V1.SourceAccount> Configure(ConfigureSourceAccountRequest request, ServerCallContext context)
    {
        var agencyId = AgencyId(request.AgencyId);
        var source = Source(request.Source);
        RequireOwn(context, agencyId, source);
        if (source == SourceLogin.Dbd)
        {
            return await ConfigureLoginAsync(request, agencyId, context);
        }

        var person = Person(context);
        var proxy = Proxy(request.ProxyAddress);
        if (!CitizenId.TryParse(request.SystemUserCitizenId, out var systemUser))
        {
            throw Problems.Invalid("system_user_citizen_id", "is not 13 digits with a right check digit");
        }

        if (!Office().IsMatch(request.OfficeId))
        {
            throw Problems.Invalid("office_id", "is not five digits");
        }

        var jobs = Jobs(request.Jobs);
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var revision = await CountAsync(agencyId, source, context.CancellationToken);
        var account = await db.SourceAccounts.SingleOrDefaultAsync(known => known.AgencyId == agencyId && known.Source == source, context.CancellationToken);
        if (account is null)
        {
            account = new()
            {
                Id = Guid.CreateVersion7(),
                AgencyId = agencyId,
                Source = source,
                ProxyAddress = proxy,
                ProtectedSystemUser = accounts.Protect(systemUser),
                OfficeId = request.OfficeId,
                Jobs = jobs,
            };
            db.Add(account);
        }
        else
        {
            account.ProxyAddress = proxy;
            account.ProtectedSystemUser = accounts.Protect(systemUser);
            account.OfficeId = request.OfficeId;
            account.Jobs = jobs;
        }

        Announce(agencyId, source, revision, person);
        try
        {
            await db.SaveChangesAsync(context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "Someone else configured this account at the same moment. Read it again and retry.");
        }

        await accounts.ReadAsync(context.CancellationToken); // Other replicas hear of it by the table's signal.
        return Reply(account);
    }

    private static string Proxy(string text) =>
        text.Length <= 512 && Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address.AbsoluteUri
            : throw Problems.Invalid("proxy_address", "is not an http or https address without user, query and fragment");

    private static List<SourceJob> Jobs(RepeatedField<Job> given)
    {
        if (given.Count is 0 or > MostJobs)
        {
            throw Problems.Invalid("jobs", $"are not 1 to {MostJobs}");
        }

        var jobs = given.Select(job => new SourceJob
        {
            Purpose = Purpose().IsMatch(job.Purpose) ? job.Purpose : throw Problems.Invalid("jobs.purpose", "is not a purpose code"),
            JobId = Guid.TryParse(job.JobId, out var id) ? id : throw Problems.Invalid("jobs.job_id", "is not a UUID"),
        }).ToList();
        return jobs.DistinctBy(job => job.Purpose).Count() == jobs.Count ? jobs : throw Problems.Invalid("jobs.purpose", "is given twice");
    }

    [GeneratedRegex(@"\A[0-9]{5}\z")]
    private static partial Regex Office();

    [GeneratedRegex(@"\A[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex Purpose();
}
