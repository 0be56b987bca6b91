using System.Text.RegularExpressions;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Branch = Gdx.Identity.Data.Branch;

namespace Gdx.Identity.Features;

public sealed partial class BranchService
{
    /// <summary>gRPC gdx.identity.v1.Branches/Import: takes in an agency's list, all rows or none; for operators and the agency's own admins. Branches that are not in the list stay.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.OrganizationAdmin}")]
    public override async Task<ImportReport> Import(IAsyncStreamReader<ImportBranchesRequest> requestStream, ServerCallContext context)
    {
        var (ct, caller) = (context.CancellationToken, Caller.Of(context));
        var start = (await Upload.FirstAsync(requestStream, ct)).Start ?? throw Problems.Invalid("start", "must be the first message");
        var agencyId = Fields.Id("start.agency_id", start.AgencyId);
        if (!caller.Is(Roles.Operator) && caller.RequireAgency() != agencyId)
        {
            throw AgencyService.Unknown();
        }

        var file = await Upload.RestAsync(requestStream, start.Size, message => message.KindCase == ImportBranchesRequest.KindOneofCase.Chunk ? message.Chunk : null, ct);
        var faults = new RowFaults();
        var rows = Read(agencyId, WorkbookReader.Read(file, Form, faults), faults);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two lists of one agency one after the other.
        var agency = await db.Agencies.FromSql($"SELECT *, xmin FROM agencies WHERE id = {agencyId} FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(ct) ?? throw AgencyService.Unknown();
        if (agency.State == AgencyState.Closed || (agency.State != AgencyState.Active && !caller.Is(Roles.Operator)))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.agency.state", "The agency is suspended or closed: nothing new can be asked for or given.");
        }

        var report = new ImportReport { Accepted = faults.Count == 0, Rows = rows.Count, Faults = { faults.Told }, FaultCount = faults.Count };
        if (report.Accepted)
        {
            await KeepAsync(agencyId, rows, report, ct);
            await transaction.CommitAsync(ct);
        }

        return report;
    }

    private async Task KeepAsync(Guid agencyId, List<Branch> rows, ImportReport report, CancellationToken ct)
    {
        var known = await db.Branches.Where(branch => branch.AgencyId == agencyId).ToDictionaryAsync(branch => branch.Code, StringComparer.Ordinal, ct);
        foreach (var row in rows)
        {
            if (!known.TryGetValue(row.Code, out var branch))
            {
                db.Branches.Add(row);
                report.Added++;
                continue;
            }

            (branch.NameTh, branch.NameEn, branch.Province, branch.Address) = (row.NameTh, row.NameEn, row.Province, row.Address);
        }

        report.Changed = db.ChangeTracker.Entries<Branch>().Count(entry => entry.State == EntityState.Modified);
        report.Unchanged = report.Rows - report.Added - report.Changed;
        await db.SaveChangesAsync(ct);
    }

    private static List<Branch> Read(Guid agencyId, List<WorkbookRow> rows, RowFaults faults)
    {
        var first = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var branches = new List<Branch>(rows.Count);
        foreach (var (number, cells) in rows)
        {
            if (!BranchCode().IsMatch(cells[0]))
            {
                faults.Add(number, "A", "รหัสสาขาต้องเป็นอักษรอังกฤษ ตัวเลข หรือขีดกลาง 1-20 ตัว", "the code must be 1-20 Latin letters, digits or hyphens");
            }
            else if (!first.TryAdd(cells[0], number))
            {
                faults.Add(number, "A", $"รหัสสาขาซ้ำกับแถว {first[cells[0]]}", $"the code is already in row {first[cells[0]]}");
            }

            branches.Add(new Branch
            {
                Id = Guid.CreateVersion7(),
                AgencyId = agencyId,
                Code = cells[0],
                NameTh = faults.Text(number, "B", cells[1], 200, needed: true),
                NameEn = faults.Text(number, "C", cells[2], 200) is { Length: > 0 } english ? english : null,
                Province = faults.Text(number, "D", cells[3], 100, needed: true),
                Address = faults.Text(number, "E", cells[4], 500) is { Length: > 0 } address ? address : null,
            });
        }

        if (rows.Count == 0 && faults.Count == 0)
        {
            faults.Add(2, "A", "ไม่มีข้อมูล", "there is no row");
        }

        return branches;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,19}\z")]
    private static partial Regex BranchCode();
}
