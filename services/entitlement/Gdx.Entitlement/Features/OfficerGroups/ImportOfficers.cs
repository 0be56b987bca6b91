using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Group = Gdx.Entitlement.Data.OfficerGroup;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/Import: registers the officers of a list, all rows or none, for the agency's SuperUser.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<ImportOfficersReport> Import(IAsyncStreamReader<ImportOfficersRequest> requestStream, ServerCallContext context)
    {
        var (caller, ct, faults) = (GrantCaller.Of(context), context.CancellationToken, new OfficerFaults());
        var rows = OfficerList.Read(await ReadAsync(requestStream, ct), faults);
        var (agency, checkedAt) = (caller.RequireAgency(), Now());
        var members = await MembersAsync(agency, [.. rows.Select(row => row.Officer).Where(IsId).Distinct()], ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockOfficersAsync(agency, ct);
        var names = rows.Select(row => row.Group).ToHashSet();
        var groups = await db.OfficerGroups.Include(group => group.Officers).Where(group => group.AgencyId == agency && group.DissolvedAt == null && names.Contains(group.Name)).ToDictionaryAsync(group => group.Name, ct);
        await RequireSuperUserAsync(caller, groups.Values.SelectMany(group => group.Rights), ct);
        var read = new List<(Group Group, Guid Person, OfficerRow Row)>();
        foreach (var row in rows)
        {
            if (Match(row, groups, members, caller, faults) is { } found)
            {
                read.Add((found.Group, found.Person, row));
            }
        }

        CheckTogether(read, caller, faults);
        var report = new ImportOfficersReport { Accepted = faults.Count == 0, Rows = rows.Count, Faults = { faults.Told }, FaultCount = faults.Count };
        if (report.Accepted)
        {
            foreach (var list in read.GroupBy(row => row.Group))
            {
                report.Added += await TakeInAsync(list.Key, [.. list], caller, checkedAt, ct);
            }

            report.Unchanged = rows.Count - report.Added;
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return report;
    }

    // Never by e-mail: people type their own, and whoever types a colleague's would get the colleague's right.
    private static bool IsId(string officer) => Guid.TryParseExact(officer, "D", out _);

    private static async Task<byte[]> ReadAsync(IAsyncStreamReader<ImportOfficersRequest> stream, CancellationToken ct)
    {
        using var file = new MemoryStream();
        while (await stream.MoveNext(ct))
        {
            if (file.Length + stream.Current.Chunk.Length > OfficerList.Largest)
            {
                throw Problems.Rpc(StatusCode.InvalidArgument, "entitlement.import.too_large", $"The file is larger than {OfficerList.Largest / 1024 / 1024} MB.");
            }

            stream.Current.Chunk.WriteTo(file);
        }

        return file.ToArray();
    }

    /// <summary>The group and the person of a row; null where one of them is none.</summary>
    private static (Group Group, Guid Person)? Match(OfficerRow row, Dictionary<string, Group> groups, Dictionary<string, Guid> members, GrantCaller caller, OfficerFaults faults)
    {
        if (row.Group.Length == 0 || row.Officer.Length == 0)
        {
            return null; // Told already.
        }

        var group = groups.GetValueOrDefault(row.Group);
        if (group is null)
        {
            faults.Add(row.Number, "group", "หน่วยงานไม่มีกลุ่มชื่อนี้ ให้สร้างกลุ่มก่อน", "the agency has no group of this name: make it first");
        }

        if (!IsId(row.Officer))
        {
            faults.Add(row.Number, "officer", "ต้องเป็นรหัสบุคคลหรือรหัสสมาชิกภาพ (UUID) อีเมลใช้ไม่ได้", "must be the id of a person or membership (UUID), not an e-mail");
            return null;
        }

        if (!members.TryGetValue(row.Officer, out var person))
        {
            faults.Add(row.Number, "officer", "ไม่ใช่ผู้ปฏิบัติงานปัจจุบันของหน่วยงาน", "is no active member of the agency");
            return null;
        }

        if (person == caller.Person)
        {
            faults.Add(row.Number, "officer", "ให้สิทธิ์ตนเองไม่ได้ ต้องให้ผู้อื่นลงทะเบียน", "nobody gives themself a right: somebody else must");
        }

        return group is null ? null : (group, person);
    }

    /// <summary>What only shows when the rows are seen together.</summary>
    private void CheckTogether(List<(Group Group, Guid Person, OfficerRow Row)> read, GrantCaller caller, OfficerFaults faults)
    {
        var now = clock.GetUtcNow();
        foreach (var (_, _, row) in read.Where(one => one.Row is { From: { } from, Until: { } until } && (until <= now || until > GrantRules.YearsFrom(from, LongestYears))))
        {
            faults.Add(row.Number, "valid_until", $"ต้องยังไม่สิ้นสุด และไม่เกิน {LongestYears} ปี", $"must not be over, and at most {LongestYears} years");
        }

        foreach (var again in read.GroupBy(one => (one.Group.Id, one.Person)).SelectMany(same => same.Skip(1)))
        {
            faults.Add(again.Row.Number, "officer", "ซ้ำกับแถวก่อนหน้า", "is in an earlier row of the same group already");
        }

        foreach (var list in read.GroupBy(one => one.Group))
        {
            var first = list.First().Row;
            foreach (var (_, _, row) in list.Where(one => (one.Row.From, one.Row.Until) != (first.From, first.Until)))
            {
                faults.Add(row.Number, "valid_from", $"ช่วงเวลาต่างจากแถว {first.Number} ของกลุ่มเดียวกัน", $"the period differs from row {first.Number} of the same group");
            }

            if (list.Key.Officers.Exists(officer => officer.PersonId == caller.Person) && first.From is not null && (first.From, first.Until) != (list.Key.ValidFrom, list.Key.ValidUntil))
            {
                faults.Add(first.Number, "valid_from", "เปลี่ยนช่วงเวลาของกลุ่มที่ตนเองอยู่ไม่ได้", "nobody changes the period of a group that they are in");
            }

            if (list.Select(one => one.Person).Union(list.Key.Officers.Select(officer => officer.PersonId)).Count() > Group.MostOfficers)
            {
                faults.Add(first.Number, "group", $"กลุ่มมีได้ไม่เกิน {Group.MostOfficers} คน", $"a group has at most {Group.MostOfficers} officers");
            }
        }
    }

    /// <summary>How many came into the group.</summary>
    private async Task<int> TakeInAsync(Group group, List<(Group Group, Guid Person, OfficerRow Row)> rows, GrantCaller caller, DateTimeOffset checkedAt, CancellationToken ct)
    {
        var added = rows.Select(row => row.Person).Except(group.Officers.Select(officer => officer.PersonId)).ToList();
        var period = rows[0].Row is { From: { } from, Until: { } until } ? (from, until) : (group.ValidFrom, group.ValidUntil);
        if (added.Count > 0 || period != (group.ValidFrom, group.ValidUntil))
        {
            await AddAsync(group, added, caller, checkedAt, ct);
            (group.ValidFrom, group.ValidUntil) = period;
            db.Record(group, OfficerGroupAct.Imported, caller.Person, Now(), "", added, []);
        }

        return added.Count;
    }
}
