using System.Collections.Frozen;
using System.Text;
using Gdx.LinkageAdapter.Data;
using Gdx.LinkageAdapter.Sources.LinkageCenter2;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Gdx.LinkageAdapter.Sources;

/// <summary>The source accounts of all agencies, in memory; read again when any replica changes one. An unchanged account keeps its session.</summary>
public sealed partial class SourceAccountBook(
    IServiceScopeFactory scopes,
    DatabaseSignals signals,
    SchemaState schema,
    IDataProtectionProvider protection,
    LinkageCenter linkageCenter,
    ILogger<SourceAccountBook> log) : BackgroundService, IStartupWork
{
    private const string Channel = "gdx_watch";
    private readonly IDataProtector protector = protection.CreateProtector("Gdx.LinkageAdapter.SystemUser");
    private readonly SemaphoreSlim gate = new(1);
    private FrozenDictionary<(Guid Agency, string Source), Known> accounts = FrozenDictionary<(Guid, string), Known>.Empty;

    /// <summary>False until the table has been read once: until then no agency can be told that it has no account.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Null where the agency has no account there.</summary>
    public AccountAccess? Find(Guid agency, string source) => Volatile.Read(ref accounts).TryGetValue((agency, source), out var known) ? known.Access : null;

    public byte[] Protect(CitizenId systemUser) => protector.Protect(Encoding.ASCII.GetBytes(systemUser.Value));

    /// <summary>Reads the table; from now on calls use what it says.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var rows = await scope.ServiceProvider.GetRequiredService<LinkageAdapterDb>().SourceAccounts.AsNoTracking().ToListAsync(ct);
            var before = accounts;
            var now = new Dictionary<(Guid, string), Known>();
            foreach (var row in rows)
            {
                var key = (row.AgencyId, row.Source);
                if (before.TryGetValue(key, out var known) && known.Version == row.Version)
                {
                    now[key] = known;
                }
                else if (Open(row) is { } access)
                {
                    now[key] = new(row.Version, access);
                }
            }

            Volatile.Write(ref accounts, now.ToFrozenDictionary());
            IsRead = true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => ReadAsync(ct);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = signals.Next(Channel);
            try
            {
                await ReadAsync(stoppingToken);
                await DatabaseSignals.WaitAsync(next, TimeSpan.FromMinutes(1), stoppingToken); // The signal comes at once; a minute bounds what a lost one costs.
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotRead(exception.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private AccountAccess? Open(SourceAccount row)
    {
        try
        {
            return CitizenId.TryParse(Encoding.ASCII.GetString(protector.Unprotect(row.ProtectedSystemUser)), out var systemUser)
                ? new(new Uri(row.ProxyAddress), systemUser, row.OfficeId, row.Jobs.ToFrozenDictionary(job => job.Purpose, job => job.JobId), linkageCenter.NewPipeline())
                : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            NotDecrypted(row.Id); // A key ring that was lost: this account has to be configured again, the others work.
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The source accounts could not be read, trying again in 1 s: {Fault}")]
    private partial void NotRead(string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The system user of source account {Id} cannot be decrypted. Configure the account again.")]
    private partial void NotDecrypted(Guid id);

    private sealed record Known(uint Version, AccountAccess Access);
}
