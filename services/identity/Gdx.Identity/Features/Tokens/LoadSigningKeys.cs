using System.Security.Cryptography;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Gdx.Identity.Features;

/// <summary>The keys that sign access tokens, newest first. Before the database has been read a throw-away key stands in, with which nothing is signed (<see cref="Readiness"/>).</summary>
public sealed class SigningKeys
{
    public IReadOnlyList<SigningCredentials> Credentials { get; internal set; } =
        [new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), SecurityAlgorithms.EcdsaSha256)];
}

/// <summary>At start: reads the signing keys from the database, or makes the first one. All replicas and all restarts sign with the same.</summary>
public sealed class LoadSigningKeys(
    IdentityDb db, IDataProtectionProvider protection, SigningKeys keys, IOptionsMonitorCache<OpenIddictServerOptions> server, TimeProvider clock) : IStartupWork
{
    private readonly IDataProtector protector = protection.CreateProtector("Gdx.Identity.SigningKey");

    public async Task RunAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Replicas that start together on an empty database must not each make a key.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4940)", ct);
        var stored = await db.SigningKeys.AsNoTracking().OrderByDescending(key => key.Id).ToListAsync(ct);
        if (stored.Count == 0)
        {
            using var rsa = RSA.Create(3072); // RS256 is what every reader of RFC 9068 must understand.
            stored.Add(new SigningKey
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                ProtectedKey = protector.Protect(rsa.ExportPkcs8PrivateKey()),
                CreatedAt = clock.GetUtcNow(),
            });
            db.Add(stored[0]);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        keys.Credentials = [.. stored.Select(Open)];
        server.TryRemove(Options.DefaultName); // The next request sees the real keys.
    }

    private SigningCredentials Open(SigningKey key)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(protector.Unprotect(key.ProtectedKey), out _);
        return new(new RsaSecurityKey(rsa) { KeyId = key.Id.ToString("N") }, SecurityAlgorithms.RsaSha256);
    }
}
