using System.Collections.Concurrent;
using System.Text.Json;
using Gdx.Numbers;
using Gdx.Simulators.People;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>
/// Person, house and children as the Linkage Center writes them: citizen numbers, house numbers and dates as JSON numbers (0 when unknown),
/// empty text as null, area codes relative to each other. A person's own number is not in the person record.
/// </summary>
public sealed class Records(TimeProvider clock)
{
    private const int ThaiNationality = 99;
    private static readonly TimeZoneInfo Bangkok = TimeZoneInfo.FindSystemTimeZoneById("Asia/Bangkok");
    private readonly ConcurrentDictionary<(object Subject, int Service), (BuddhistDate Day, byte[] Json)> written = new();

    /// <summary>Service 1.</summary>
    public ReadOnlySpan<byte> Person(Person person) => Written(person, 1, (json, today) => WritePerson(json, person, today));

    /// <summary>Services 10 and 38.</summary>
    public ReadOnlySpan<byte> House(House house) => Written(house, 10, (json, _) => WriteHouse(json, house));

    /// <summary>Service 12. The real shape is not public: a list named like that of the name changes (<c>allName</c>).</summary>
    public ReadOnlySpan<byte> Children(Person parent) => Written(parent, 12, (json, today) => WriteChildren(json, parent, today));

    // Ages change at midnight in Bangkok; within a day an answer is written once.
    private byte[] Written(object subject, int service, Action<Utf8JsonWriter, BuddhistDate> write)
    {
        var today = BuddhistDate.From(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Bangkok).DateTime));
        if (written.TryGetValue((subject, service), out var earlier) && earlier.Day == today)
        {
            return earlier.Json;
        }

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Lk2.Plain))
        {
            json.WriteStartObject();
            write(json, today);
            json.WriteEndObject();
        }

        written[(subject, service)] = (today, bytes.ToArray());
        return bytes.ToArray();
    }

    private static void WritePerson(Utf8JsonWriter json, Person person, BuddhistDate today)
    {
        var title = Title.Of(person, today);
        json.WriteNumber("titleCode", title.Code);
        json.WriteString("titleDesc", title.Thai);
        json.WriteString("titleName", title.Thai);
        json.WriteNumber("titleSex", person.IsMale ? 1 : 2);
        json.WriteString("firstName", person.FirstName.Thai);
        json.WriteString("middleName", person.MiddleName?.Thai);
        json.WriteString("lastName", person.LastName.Thai);
        json.WriteNumber("genderCode", person.IsMale ? 1 : 2);
        json.WriteString("genderDesc", person.IsMale ? "ชาย" : "หญิง");
        json.WriteNumber("dateOfBirth", person.Born.Number);
        json.WriteNumber("nationalityCode", ThaiNationality);
        json.WriteString("nationalityDesc", "ไทย");
        json.WriteString("ownerStatusDesc", person.IsHeadOfHouse ? "เจ้าบ้าน" : "ผู้อาศัย");
        json.WriteNumber("statusOfPersonCode", person.Died is null ? 0 : 1);
        json.WriteString("statusOfPersonDesc", person.Died is null ? "บุคคลนี้มีภูมิลำเนาอยู่ในบ้านนี้" : "ตาย");
        json.WriteNumber("dateOfMoveIn", person.MovedIn.Number);
        json.WriteNumber("age", person.AgeOn(today));
        WriteParent(json, "father", person.Father);
        WriteParent(json, "mother", person.Mother);
        json.WriteString("fullnameAndRank", FullName(title, person));
        json.WriteString("englishTitleDesc", title.English);
        json.WriteString("englishFirstName", person.FirstName.English);
        json.WriteString("englishMiddleName", person.MiddleName?.English);
        json.WriteString("englishLastName", person.LastName.English);
    }

    private static void WriteParent(Utf8JsonWriter json, string parent, Person? person)
    {
        json.WriteNumber($"{parent}PersonalID", person?.Id.Number ?? 0);
        json.WriteString($"{parent}Name", person?.FirstName.Thai);
        json.WriteNumber($"{parent}NationalityCode", person is null ? 0 : ThaiNationality);
        json.WriteString($"{parent}NationalityDesc", person is null ? null : "ไทย");
    }

    private static void WriteHouse(Utf8JsonWriter json, House house)
    {
        json.WriteNumber("houseID", house.Id);
        json.WriteString("houseNo", house.Number);
        json.WriteNumber("houseType", 1);
        json.WriteString("houseTypeDesc", "บ้าน");
        json.WriteNumber("villageNo", house.Village);
        WritePlace(json, "alleyWay", 0, null, null);
        WritePlace(json, "alley", house.Alley?.Code ?? 0, house.Alley?.Thai, house.Alley?.English);
        WritePlace(json, "road", house.Road?.Code ?? 0, house.Road?.Thai, house.Road?.English);
        var area = house.Area;
        WritePlace(json, "subdistrict", area.Subdistrict, area.SubdistrictThai, area.SubdistrictEnglish);
        WritePlace(json, "district", area.District, area.DistrictThai, area.DistrictEnglish);
        WritePlace(json, "province", area.Province, area.ProvinceThai, area.ProvinceEnglish);
        json.WriteString("rcodeCode", area.Office);
        json.WriteString("rcodeDesc", area.OfficeThai);
        json.WriteNumber("dateOfTerminate", house.Terminated?.Number ?? 0);
    }

    private static void WritePlace(Utf8JsonWriter json, string place, int code, string? thai, string? english)
    {
        json.WriteNumber($"{place}Code", code);
        json.WriteString($"{place}Desc", thai);
        json.WriteString($"{place}EnglishDesc", english);
    }

    private static void WriteChildren(Utf8JsonWriter json, Person parent, BuddhistDate today)
    {
        var children = Population.ChildrenOf(parent);
        json.WriteNumber("total", children.Count);
        json.WriteStartArray("allChild");
        foreach (var child in children)
        {
            var title = Title.Of(child, today);
            json.WriteStartObject();
            json.WriteNumber("personalID", child.Id.Number);
            json.WriteNumber("titleCode", title.Code);
            json.WriteString("titleDesc", title.Thai);
            json.WriteString("firstName", child.FirstName.Thai);
            json.WriteString("middleName", child.MiddleName?.Thai);
            json.WriteString("lastName", child.LastName.Thai);
            json.WriteString("fullnameAndRank", FullName(title, child));
            json.WriteNumber("genderCode", child.IsMale ? 1 : 2);
            json.WriteString("genderDesc", child.IsMale ? "ชาย" : "หญิง");
            json.WriteNumber("dateOfBirth", child.Born.Number);
            json.WriteNumber("age", child.AgeOn(today));
            json.WriteNumber("statusOfPersonCode", child.Died is null ? 0 : 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string FullName(Title title, Person person) =>
        $"{title.Thai}{person.FirstName.Thai} {(person.MiddleName is { } middle ? $"{middle.Thai} " : "")}{person.LastName.Thai}";

    private sealed record Title(int Code, string Thai, string English)
    {
        /// <summary>Codes of the register: 1 เด็กชาย, 2 เด็กหญิง (under 15), 3 นาย, 4 นางสาว, 5 นาง.</summary>
        public static Title Of(Person person, BuddhistDate today) => (person.IsMale, person.AgeOn(today) < 15, person.IsMarried) switch
        {
            (true, true, _) => new(1, "เด็กชาย", "MASTER"),
            (false, true, _) => new(2, "เด็กหญิง", "MISS"),
            (true, false, _) => new(3, "นาย", "MR."),
            (false, false, false) => new(4, "นางสาว", "MISS"),
            (false, false, true) => new(5, "นาง", "MRS."),
        };
    }
}
