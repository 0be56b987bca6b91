using Gdx.Numbers;

namespace Gdx.Simulators.People;

/// <summary>
/// 400 people, <c>CitizenId.Synthetic(100)</c> to <c>(499)</c>, in 80 families and 84 houses: the same in every run. Families 0-59 are a
/// couple with three children; families 60-79 are their parents and grandparents. <c>Synthetic(9000)</c> is never among them.
/// </summary>
public static class Population
{
    private const int First = 100;
    private const int Families = 80;
    private const int YoungFamilies = 60;
    private const int FamilySize = 5;
    private static readonly Person?[] Registered = new Person?[Families * FamilySize];
    private static readonly Dictionary<long, Person> ById;
    private static readonly Dictionary<long, House> HousesById;
    private static readonly ILookup<Person, Person> Offspring;

    static Population()
    {
        var houses = Enumerable.Range(0, Families + 4).Select(MakeHouse).ToList();
        for (var family = YoungFamilies; family < Families; family++)
        {
            AddOldFamily(family, houses[family]);
        }

        for (var family = 0; family < YoungFamilies; family++)
        {
            AddYoungFamily(family, houses[family]);
        }

        People = [.. Registered.Select(person => person!)];
        Houses = houses;
        ById = People.ToDictionary(person => person.Id.Number);
        HousesById = houses.ToDictionary(house => house.Id);
        Offspring = People.SelectMany(child => new[] { child.Father, child.Mother }.OfType<Person>().Select(parent => (parent, child)))
            .ToLookup(pair => pair.parent, pair => pair.child);
    }

    public static IReadOnlyList<Person> People { get; }

    public static IReadOnlyList<House> Houses { get; }

    public static Person? Find(long citizenId) => ById.GetValueOrDefault(citizenId);

    public static House? FindHouse(long houseId) => HousesById.GetValueOrDefault(houseId);

    /// <summary>Eldest first.</summary>
    public static IReadOnlyList<Person> ChildrenOf(Person parent) => [.. Offspring[parent].OrderBy(child => child.Born)];

    /// <summary>The last digit of a house number: the weighted sum of the ten before it, modulo 11, its last digit. The real rule is not public.</summary>
    public static long HouseId(string office, int running)
    {
        var ten = $"{office}{running:D6}";
        return (long.Parse(ten, System.Globalization.CultureInfo.InvariantCulture) * 10) + (ten.Select((digit, index) => (digit - '0') * (11 - index)).Sum() % 11 % 10);
    }

    private static void AddOldFamily(int family, House house)
    {
        var name = Names.Families[(family - YoungFamilies) % Names.Families.Length];
        // Beyond living memory: only the years are known, and nobody is left.
        var father = Add(family, 2, male: true, name, Date(2455 + (family % 8), 0, 0), house, died: Date(2530 + (family % 9), 2, 1 + (family % 28)), married: true);
        var mother = Add(family, 3, male: false, name, Date(2457 + (family % 8), 0, 0), house, died: Date(2541 + (family % 9), 11, 3), married: true);
        var wifeBorn = 2488 + (family % 5);
        var husbandBorn = wifeBorn - 1 - (family % 4);
        // Of every fourth only the year is known, of every fourth the day is not.
        var (month, day) = (family % 4) switch { 0 => (0, 0), 1 => (6, 0), _ => (1 + (family % 12), 1 + (family % 28)) };
        var husband = Add(family, 0, male: true, name, Date(husbandBorn, month, day), house, father, mother, died: family % 3 == 0 ? Date(2558 + (family % 7), 8, 19) : null, married: true);
        var wife = Add(family, 1, male: false, name, Date(wifeBorn, 1 + (family * 5 % 12), 1 + (family * 3 % 28)), house, died: family % 5 == 0 ? Date(2560 + (family % 5), 1, 31) : null, married: true);
        Add(family, 4, male: family % 2 == 0, name, Date(wife.Born.Year!.Value + 32, 3, 1 + (family % 28)), house, husband, wife);
        house.Head = new[] { husband, wife }.FirstOrDefault(person => person.Died is null) ?? Registered[(family * FamilySize) + 4];
    }

    private static void AddYoungFamily(int family, House house)
    {
        // His parents and hers are never the same, and siblings are two years or more apart.
        var (husbandsMother, wifesMother) = (Member(YoungFamilies + (family % 20), 1), Member(YoungFamilies + ((family + 7) % 20), 1));
        var (husbandsFather, wifesFather) = (Member(YoungFamilies + (family % 20), 0), Member(YoungFamilies + ((family + 7) % 20), 0));
        var name = husbandsFather.LastName;
        var husband = Add(family, 0, male: true, name, Date(husbandsMother.Born.Year!.Value + 18 + (2 * (family / 20)), 1 + (family % 12), 1 + (family % 28)), house, husbandsFather, husbandsMother,
            died: family % 17 == 5 ? Date(2566, 4, 13) : null, married: true);
        var wife = Add(family, 1, male: false, name, Date(wifesMother.Born.Year!.Value + 25 + (2 * (family / 20)), 1 + (family * 7 % 12), 1 + (family * 5 % 28)), house, wifesFather, wifesMother,
            died: family % 23 == 9 ? Date(2567, 12, 5) : null, married: true);
        house.Head = husband.Died is null ? husband : wife;
        for (var child = 0; child < 3; child++)
        {
            // Of some youngest children the register knows no father.
            var father = child == 2 && family % 13 == 4 ? null : husband;
            var born = Date(wife.Born.Year!.Value + 20 + (child * (4 + (family % 3))), 1 + ((family + (child * 5)) % 12), 1 + ((family * 11) + child) % 28);
            Add(family, 2 + child, male: (family + child) % 2 == 0, father is null ? wife.LastName : name, born, house, father, wife);
        }
    }

    private static Person Add(int family, int place, bool male, (string, string) lastName, BuddhistDate born, House house, Person? father = null, Person? mother = null, BuddhistDate? died = null, bool married = false)
    {
        var index = (family * FamilySize) + place;
        var given = male ? Names.Men : Names.Women;
        var person = new Person
        {
            Id = CitizenId.Synthetic(First + index),
            IsMale = male,
            IsMarried = married,
            FirstName = given[((family * 7) + (place * 5)) % given.Length],
            MiddleName = index % 41 == 7 ? given[(index + 3) % given.Length] : null,
            LastName = lastName,
            Born = born,
            Died = died,
            Father = father,
            Mother = mother,
            House = house,
            MovedIn = married ? Date(Math.Min(born.Year!.Value + 24, 2566), 5, 1 + (family % 28)) : born,
        };
        return Registered[index] = person;
    }

    private static Person Member(int family, int place) => Registered[(family * FamilySize) + place]!;

    private static House MakeHouse(int index)
    {
        var area = Names.Areas[index % Names.Areas.Length];
        return new House
        {
            Id = HouseId(area.Office, 1001 + (index * 37)),
            Number = index % 3 == 0 ? $"{10 + index}/{1 + (index % 9)}" : $"{10 + index}",
            Village = index % 2 == 0 ? 0 : 1 + (index % 12),
            Area = area,
            Road = index % 2 == 0 ? Names.Roads[index % Names.Roads.Length] : null,
            Alley = index % 4 == 0 ? (1 + (index % 9), $"สุขใจ {1 + (index % 9)}", $"Suk Chai {1 + (index % 9)}") : null,
            // The last four stand empty and were taken off the register.
            Terminated = index >= Families ? Date(2560 + (index % 4), 7, 15) : null,
        };
    }

    private static BuddhistDate Date(int year, int month, int day) => BuddhistDate.TryParse((year * 10_000) + (month * 100) + day, out var date)
        ? date
        : throw new InvalidOperationException($"{year}-{month}-{day} is no date.");
}
