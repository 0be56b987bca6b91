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

    /// <summary>Signs API clients' tokens, of which there are many: ES256 takes a twentieth of the time of RS256 with 3072 bits.</summary>
    public SigningCredentials ForApi => Credentials.First(credentials => credentials.Algorithm == SecurityAlgorithms.EcdsaSha256);
}

/// <summary>At start: reads the signing keys from the database, or makes the first ones. All replicas and all restarts sign with the same.</summary>
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
        var opened = stored.ConvertAll(Open);
        if (!opened.Exists(key => key.Algorithm == SecurityAlgorithms.RsaSha256))
        {
            using var rsa = RSA.Create(3072); // RS256 is what every reader of RFC 9068 must understand.
            opened.Insert(0, Open(Keep(rsa, SecurityAlgorithms.RsaSha256)));
        }

        if (!opened.Exists(key => key.Algorithm == SecurityAlgorithms.EcdsaSha256))
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            opened.Insert(0, Open(Keep(ec, SecurityAlgorithms.EcdsaSha256)));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        keys.Credentials = [.. opened.OrderBy(key => key.Algorithm == SecurityAlgorithms.EcdsaSha256)]; // OpenIddict signs with the first.
        server.TryRemove(Options.DefaultName); // The next request sees the real keys.
    }

    private SigningKey Keep(AsymmetricAlgorithm key, string algorithm)
    {
        var kept = new SigningKey { Id = Guid.CreateVersion7(clock.GetUtcNow()), Algorithm = algorithm, ProtectedKey = protector.Protect(key.ExportPkcs8PrivateKey()), CreatedAt = clock.GetUtcNow() };
        db.Add(kept);
        return kept;
    }

    private SigningCredentials Open(SigningKey key)
    {
        var (pkcs8, id) = (protector.Unprotect(key.ProtectedKey), key.Id.ToString("N"));
        if (key.Algorithm == SecurityAlgorithms.EcdsaSha256)
        {
            var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(pkcs8, out _);
            return new(new ECDsaSecurityKey(ec) { KeyId = id }, SecurityAlgorithms.EcdsaSha256);
        }

        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        return new(new RsaSecurityKey(rsa) { KeyId = id }, SecurityAlgorithms.RsaSha256);
    }
}
