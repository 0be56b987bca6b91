using Gdx.Numbers;
using Gdx.Simulators.People;

namespace Gdx.Simulators.Tests;

public sealed class PopulationTests
{
    private static readonly BuddhistDate Today = BuddhistDate.From(DateOnly.FromDateTime(DateTime.UtcNow));

    [Fact]
    public void There_are_400_people_with_right_check_digits()
    {
        Assert.Equal(Enumerable.Range(100, 400).Select(CitizenId.Synthetic), Population.People.Select(person => person.Id));
        Assert.All(Population.People, person => Assert.True(CitizenId.TryParse(person.Id.Value, out _)));
        Assert.Null(Population.Find(CitizenId.Synthetic(9000).Number));
        Assert.Null(Population.Find(CitizenId.Synthetic(10).Number));
    }

    [Fact]
    public void The_demo_citizen_is_alive_and_has_a_family()
    {
        var citizen = Population.Find(CitizenId.Synthetic(100).Number)!;
        Assert.Null(citizen.Died);
        Assert.NotNull(citizen.Father);
        Assert.NotNull(citizen.Mother);
        Assert.NotEmpty(Population.ChildrenOf(citizen));
    }

    [Fact]
    public void Parents_are_of_the_right_sex_and_age_and_know_their_children()
    {
        foreach (var child in Population.People)
        {
            Assert.True(child.Father is null or { IsMale: true });
            Assert.True(child.Mother is null or { IsMale: false });
            foreach (var parent in new[] { child.Father, child.Mother }.OfType<Person>())
            {
                Assert.InRange(child.Born.Year!.Value - parent.Born.Year!.Value, 16, 55);
                Assert.Contains(child, Population.ChildrenOf(parent));
                Assert.True(parent.Died is not { } died || died > child.Born);
            }
        }
    }

    [Fact]
    public void Siblings_of_one_mother_are_born_in_different_years()
    {
        foreach (var mother in Population.People.Where(person => !person.IsMale))
        {
            var years = Population.ChildrenOf(mother).Select(child => child.Born.Year).ToList();
            Assert.Equal(years.Distinct(), years);
        }
    }

    [Fact]
    public void Nobody_is_unborn_or_too_old_to_live()
    {
        Assert.All(Population.People, person =>
        {
            Assert.True(person.Born < Today && (person.Died is not { } died || (died > person.Born && died < Today)));
            Assert.InRange(person.AgeOn(Today), 0, 110);
            Assert.True(person.MovedIn >= person.Born && person.MovedIn < Today);
        });
        Assert.Contains(Population.People, person => person.Died is not null);
    }

    [Fact]
    public void Some_dates_lack_the_day_and_some_the_month()
    {
        Assert.Contains(Population.People, person => person.Born is { Month: null, Day: null });
        Assert.Contains(Population.People, person => person.Born is { Month: not null, Day: null });
        Assert.Contains(Population.People, person => person.Died is null && person.Born.Day is null);
    }

    [Fact]
    public void Houses_have_eleven_digits_their_own_number_and_a_living_head()
    {
        Assert.Equal(Population.Houses.Count, Population.Houses.Select(house => house.Id).Distinct().Count());
        Assert.All(Population.Houses, house =>
        {
            Assert.Equal(11, house.Id.ToString(null, null).Length);
            Assert.Equal(house.Id, Population.HouseId(house.Area.Office, (int)(house.Id / 10 % 1_000_000)));
            Assert.True(house.Terminated is not null || house.Head is { Died: null });
        });
        Assert.Contains(Population.Houses, house => house.Terminated is not null);
        Assert.All(Population.People, person => Assert.Null(person.House.Terminated));
    }

    [Fact]
    public void Everybody_has_a_thai_and_an_english_name()
    {
        Assert.All(Population.People, person =>
        {
            Assert.All(person.FirstName.Thai + person.LastName.Thai, character => Assert.InRange(character, '\u0E01', '\u0E4E'));
            Assert.All(person.FirstName.English + person.LastName.English, character => Assert.True(char.IsAsciiLetter(character)));
        });
    }
}
