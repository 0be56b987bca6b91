using Gdx.Numbers;

namespace Gdx.Simulators.People;

/// <summary>Somebody who does not exist.</summary>
public sealed class Person
{
    public required CitizenId Id { get; init; }

    public required bool IsMale { get; init; }

    public required bool IsMarried { get; init; }

    /// <summary>Thai and English.</summary>
    public required (string Thai, string English) FirstName { get; init; }

    public (string Thai, string English)? MiddleName { get; init; }

    public required (string Thai, string English) LastName { get; init; }

    /// <summary>Unknown day or month for some of the old.</summary>
    public required BuddhistDate Born { get; init; }

    /// <summary>Null while alive.</summary>
    public BuddhistDate? Died { get; init; }

    /// <summary>Null where the register does not know him.</summary>
    public Person? Father { get; init; }

    /// <summary>Null where the register does not know her.</summary>
    public Person? Mother { get; init; }

    /// <summary>The house whose register holds the person.</summary>
    public required House House { get; init; }

    public required BuddhistDate MovedIn { get; init; }

    public bool IsHeadOfHouse => House.Head == this;

    /// <summary>Whole years on the day, or at death; an unknown month or day counts as January or the first, as the register does.</summary>
    public int AgeOn(BuddhistDate day)
    {
        var end = Died ?? day;
        var years = end.Year!.Value - Born.Year!.Value;
        return end.Number % 10_000 < Born.Number % 10_000 ? years - 1 : years;
    }
}

/// <summary>A house of the house register.</summary>
public sealed class House
{
    /// <summary>11 digits: registration office 4, running number 6, check 1.</summary>
    public required long Id { get; init; }

    public required string Number { get; init; }

    /// <summary>หมู่ที่; 0 in towns.</summary>
    public required int Village { get; init; }

    public required Area Area { get; init; }

    /// <summary>ถนน; null where there is none.</summary>
    public (int Code, string Thai, string English)? Road { get; init; }

    /// <summary>ซอย; null where there is none.</summary>
    public (int Code, string Thai, string English)? Alley { get; init; }

    /// <summary>When the house was taken off the register (เลิกบ้าน), or null.</summary>
    public BuddhistDate? Terminated { get; init; }

    /// <summary>เจ้าบ้าน; null for an empty house.</summary>
    public Person? Head { get; internal set; }
}

/// <summary>Where a house is: province, district and subdistrict by their codes relative to each other, and the registration office (rcode).</summary>
public sealed record Area(
    int Province, string ProvinceThai, string ProvinceEnglish,
    int District, string DistrictThai, string DistrictEnglish,
    int Subdistrict, string SubdistrictThai, string SubdistrictEnglish,
    string Office, string OfficeThai);
