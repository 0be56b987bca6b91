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
        // One statement for all rows: ten thousand through EF's change tracker take many times as long. Rows that say what is known already are not answered.
        var added = await db.Database.SqlQuery<bool>($"""
            INSERT INTO branches AS known (id, agency_id, code, name_th, name_en, province, address)
            SELECT row.id, {agencyId}, row.code, row.name_th, row.name_en, row.province, row.address
            FROM unnest({Column(branch => branch.Id)}, {Column(branch => branch.Code)}, {Column(branch => branch.NameTh)},
                {Column(branch => branch.NameEn)}, {Column(branch => branch.Province)}, {Column(branch => branch.Address)})
                AS row (id, code, name_th, name_en, province, address)
            ON CONFLICT (agency_id, code) DO UPDATE
            SET (name_th, name_en, province, address) = (excluded.name_th, excluded.name_en, excluded.province, excluded.address)
            WHERE (known.name_th, known.name_en, known.province, known.address) IS DISTINCT FROM (excluded.name_th, excluded.name_en, excluded.province, excluded.address)
            RETURNING (xmax = 0) AS "Value"
            """).ToListAsync(ct);
        report.Added = added.Count(isNew => isNew);
        report.Changed = added.Count - report.Added;
        report.Unchanged = report.Rows - added.Count;

        T[] Column<T>(Func<Branch, T> value) => [.. rows.Select(value)];
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
                Province = ReadProvince(number, cells[3], faults),
                Address = faults.Text(number, "E", cells[4], 500) is { Length: > 0 } address ? address : null,
            });
        }

        if (rows.Count == 0 && faults.Count == 0)
        {
            faults.Add(2, "A", "ไม่มีข้อมูล", "there is no row");
        }

        return branches;
    }

    private static string ReadProvince(int number, string text, RowFaults faults)
    {
        var province = Provinces.Find(text);
        if (text.Length == 0)
        {
            faults.Add(number, "D", "ต้องไม่ว่าง", "must not be empty");
        }
        else if (province is null)
        {
            faults.Add(number, "D", "ไม่ใช่ชื่อจังหวัดภาษาไทยของ 77 จังหวัด เช่น เชียงใหม่", "must be the Thai name of one of the 77 provinces, such as เชียงใหม่");
        }

        return province ?? "";
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,19}\z")]
    private static partial Regex BranchCode();
}
