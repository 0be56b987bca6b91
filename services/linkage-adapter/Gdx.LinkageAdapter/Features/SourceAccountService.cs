using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Data;
using Gdx.LinkageAdapter.Sources;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;

namespace Gdx.LinkageAdapter.Features;

/// <summary>gRPC gdx.linkage_adapter.v1.SourceAccounts: how the exchange signs in at a source on an agency's behalf.</summary>
public sealed partial class SourceAccountService(LinkageAdapterDb db, SourceAccountBook accounts, IDataProtectionProvider protection, TimeProvider clock) : SourceAccounts.SourceAccountsBase
{
    private static Guid AgencyId(string text) =>
        Guid.TryParse(text, out var id) ? id : throw Problems.Invalid("agency_id", "is not a UUID");

    private static string Source(string text) =>
        text is Data.SourceAccount.LinkageCenter2 or SourceLogin.Dbd ? text : throw Problems.Invalid("source", $"is not one of: {Data.SourceAccount.LinkageCenter2}, {SourceLogin.Dbd}");

    private static Contracts.V1.SourceAccount Reply(Data.SourceAccount account) => new()
    {
        AgencyId = account.AgencyId.ToString(),
        Source = account.Source,
        ProxyAddress = account.ProxyAddress,
        OfficeId = account.OfficeId,
        Jobs = { account.Jobs.Select(job => new Job { Purpose = job.Purpose, JobId = job.JobId.ToString() }) },
    };
}
