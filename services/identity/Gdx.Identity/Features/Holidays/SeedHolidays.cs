using System.Globalization;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>At start: the fixed public holidays that come with the program (<c>holidays.csv</c>). Days that the operator took out or named anew stay so.</summary>
public sealed class SeedHolidays(IdentityDb db) : IStartupWork
{
    public async Task RunAsync(CancellationToken ct)
    {
        using var file = new StreamReader(typeof(SeedHolidays).Assembly.GetManifestResourceStream("holidays.csv")!);
        while (await file.ReadLineAsync(ct) is { } line)
        {
            if (line.Split(',') is [var day, var thai, var english])
            {
                var date = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                await db.Database.ExecuteSqlAsync($"INSERT INTO holidays (date, name_th, name_en) VALUES ({date}, {thai}, {english}) ON CONFLICT DO NOTHING", ct);
            }
        }
    }
}
