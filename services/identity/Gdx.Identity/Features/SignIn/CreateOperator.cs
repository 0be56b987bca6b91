using System.Data.Common;
using System.Net.Sockets;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Console;

namespace Gdx.Identity.Features;

/// <summary><c>Gdx.Identity create-operator --name "…"</c>: writes a one-time link to the console; there is no default password. Safe to run again: each run makes another link.</summary>
public static class CreateOperator
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72); // As claim links: a weekend may lie in between.
    private const int Longest = 200;

    // Of a juristic number that no agency has, made by the rule for synthetic ones.
    private static readonly string Number = JuristicId.Synthetic(1).Value;

    /// <summary>With <c>create-operator</c> as the first argument standard output holds the link and nothing else, so that a script can take it; logs go to standard error.</summary>
    public static void KeepOutputClean(WebApplicationBuilder builder, string[] args)
    {
        if (args is ["create-operator", ..])
        {
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            // What the database refuses is said below, once and as the last line; logs are written by a thread of their own, which may be later.
            builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        }
    }

    /// <summary>With <c>create-operator</c> as the first argument does its work and returns true: the program then exits.</summary>
    public static async Task<bool> CreateOperatorOnlyAsync(this WebApplication app, string[] args)
    {
        if (args is not ["create-operator", .. var options])
        {
            return false;
        }

        if (options is not ["--name", { Length: <= Longest } name] || string.IsNullOrWhiteSpace(name) || name.Any(Fields.IsUnprintable))
        {
            Console.Error.WriteLine("Usage: Gdx.Identity create-operator --name NAME");
            Environment.ExitCode = 2;
            return true;
        }

        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            var link = await RunAsync(scope.ServiceProvider.GetRequiredService<IdentityDb>(), name, scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow(), app.Lifetime.ApplicationStopping);
            Console.WriteLine(scope.ServiceProvider.GetRequiredService<PublicAddress>().At($"operator?code={link}"));
        }
        catch (Exception failure) when (failure.GetBaseException() is DbException or SocketException or TimeoutException)
        {
            // Its message may name hosts and users; the kind is enough to look further.
            Console.Error.WriteLine($"The database cannot be used ({failure.GetBaseException().GetType().Name}): check ConnectionStrings:identity-db, and run Gdx.Identity migrate first.");
            Environment.ExitCode = 1;
        }

        return true;
    }

    /// <summary>Makes the operator's agency where there is none, and a link; its code.</summary>
    public static async Task<string> RunAsync(IdentityDb db, string name, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4942)", ct);
        var agency = await db.Agencies.SingleOrDefaultAsync(one => one.JuristicId == Number, ct);
        if (agency is null)
        {
            agency = new Data.Agency
            {
                Id = Guid.CreateVersion7(now),
                State = AgencyState.Active,
                Kind = AgencyKind.Department,
                NameTh = "ผู้ดูแลระบบแลกเปลี่ยนข้อมูลภาครัฐ",
                NameEn = "Operator of the Government Data Exchange",
                JuristicId = Number,
                ApprovedAt = now,
            };
            db.Add(agency);
        }

        var code = Secrets.New();
        db.Add(new OperatorLink { Id = Guid.CreateVersion7(now), Name = name.Trim(), CodeHash = Secrets.Hash(code), AgencyId = agency.Id, IssuedAt = now, ExpiresAt = now + Lifetime });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return code;
    }
}
