using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// At start, in development only and while the register is empty: some bodies by their public names (<c>bodies.csv</c>), so that forms can be tried out
/// in words that everybody knows. Their numbers are synthetic; elsewhere the operator imports the real list.
/// </summary>
public sealed class SeedGovernmentBodies(IdentityDb db, IHostEnvironment environment, TimeProvider clock) : IStartupWork
{
    private const int First = 99_000_001; // Of the synthetic numbers, far from those that tests and the demo make.

    /// <summary>The number of the body in this line of the list, the first being 0.</summary>
    public static JuristicId NumberOf(int line) => JuristicId.Synthetic(First + line);

    public async Task RunAsync(CancellationToken ct)
    {
        if (!environment.IsDevelopment() || await db.GovernmentBodies.AnyAsync(ct))
        {
            return;
        }

        using var file = new StreamReader(typeof(SeedGovernmentBodies).Assembly.GetManifestResourceStream("bodies.csv")!);
        for (var line = 0; await file.ReadLineAsync(ct) is { Length: > 0 } text; line++)
        {
            var cells = text.Split(',');
            string[] domains = [cells[3]];
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO government_bodies (juristic_id, name_th, name_en, kind, mail_domains, put_at, put_by)
                VALUES ({NumberOf(line).Value}, {cells[0]}, {cells[1]}, {cells[2]}, {domains}, {clock.GetUtcNow()}, {Guid.Empty}) ON CONFLICT DO NOTHING
                """, ct); // Put by nobody: it came with the program.
        }
    }
}
