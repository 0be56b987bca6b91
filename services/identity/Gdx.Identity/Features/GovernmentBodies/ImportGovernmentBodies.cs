using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using GovernmentBody = Gdx.Identity.Data.GovernmentBody;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Template: the empty list, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override Task<Workbook> Template(GovernmentBodyTemplateRequest request, ServerCallContext context) => Task.FromResult(Form.Template());

    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Import: takes in a list, all rows or none, for operators. Bodies that are not in the list stay.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<ImportReport> Import(IAsyncStreamReader<ImportGovernmentBodiesRequest> requestStream, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        var start = (await Upload.FirstAsync(requestStream, ct)).Start ?? throw Problems.Invalid("start", "must be the first message");
        var file = await Upload.RestAsync(requestStream, start.Size, message => message.KindCase == ImportGovernmentBodiesRequest.KindOneofCase.Chunk ? message.Chunk : null, ct);
        var faults = new RowFaults();
        var rows = Read(WorkbookReader.Read(file, Form, faults), faults);
        var report = new ImportReport { Accepted = faults.Count == 0, Rows = rows.Count, Faults = { faults.Told }, FaultCount = faults.Count };
        if (!report.Accepted)
        {
            return report;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two lists one after the other.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4947)", ct);
        var known = await db.GovernmentBodies.ToDictionaryAsync(body => body.JuristicId, StringComparer.Ordinal, ct);
        foreach (var row in rows)
        {
            if (known.TryGetValue(row.JuristicId, out var body))
            {
                (body.NameTh, body.NameEn, body.Kind, body.CentralJuristicId) = (row.NameTh, row.NameEn, row.Kind, row.CentralJuristicId);
                body.MailDomains = body.MailDomains.SequenceEqual(row.MailDomains) ? body.MailDomains : row.MailDomains;
                continue;
            }

            db.GovernmentBodies.Add(row);
            report.Added++;
        }

        db.ChangeTracker.DetectChanges();
        foreach (var entry in db.ChangeTracker.Entries<GovernmentBody>().Where(entry => entry.State is EntityState.Modified or EntityState.Added).ToList())
        {
            report.Changed += entry.State == EntityState.Modified ? 1 : 0;
            (entry.Entity.PutAt, entry.Entity.PutBy) = (now, person);
        }

        report.Unchanged = report.Rows - report.Added - report.Changed;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return report;
    }

    private List<GovernmentBody> Read(List<WorkbookRow> rows, RowFaults faults)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var bodies = new List<GovernmentBody>(rows.Count);
        foreach (var (number, cells) in rows)
        {
            if (!IsNumber(cells[0]))
            {
                faults.Add(number, "A", "ต้องเป็นเลขนิติบุคคล 13 หลักของหน่วยงานของรัฐ", "must be the 13-digit number of a government body");
            }
            else if (!first.TryAdd(cells[0], number))
            {
                faults.Add(number, "A", $"ซ้ำกับแถว {first[cells[0]]}", $"is already in row {first[cells[0]]}");
            }

            var kind = cells[3].ToUpperInvariant() switch
            {
                "DEPARTMENT" => AgencyKind.Department,
                "REGIONAL" => AgencyKind.Regional,
                "LOCAL" => AgencyKind.Local,
                _ => AgencyKind.Unspecified,
            };
            List<string> domains = [.. cells[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(domain => domain.ToLowerInvariant()).Distinct()];
            if (kind == AgencyKind.Unspecified)
            {
                faults.Add(number, "D", "ต้องเป็น department, regional หรือ local", "must be department, regional or local");
            }

            if (domains.Count > MostDomains || !domains.TrueForAll(IsDomain))
            {
                faults.Add(number, "E", "ต้องเป็นโดเมนของรัฐ ไม่เกิน 20 โดเมน", $"must be at most {MostDomains} government domains");
            }

            if (cells[5].Length > 0 && !(kind == AgencyKind.Regional && IsNumber(cells[5])))
            {
                faults.Add(number, "F", "ต้องเป็นเลขนิติบุคคลของส่วนกลาง เฉพาะส่วนภูมิภาค", "must be the number of the central body, of a regional one only");
            }

            bodies.Add(new GovernmentBody
            {
                JuristicId = cells[0],
                NameTh = faults.Text(number, "B", cells[1], 200, needed: true),
                NameEn = faults.Text(number, "C", cells[2], 200, needed: true),
                Kind = kind,
                MailDomains = domains,
                CentralJuristicId = cells[5].Length == 0 ? null : cells[5],
            });
        }

        if (rows.Count == 0 && faults.Count == 0)
        {
            faults.Add(2, "A", "ไม่มีข้อมูล", "there is no row");
        }

        return bodies;
    }
}
