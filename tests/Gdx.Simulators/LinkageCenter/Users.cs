using Gdx.Numbers;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>Who is registered with the simulated Linkage Center, with which offices and processes (jobs). Citizens are in <c>Population</c>.</summary>
public static class Users
{
    /// <summary>The process for <c>welfare.eligibility</c>: person, house (10 and 38) and children.</summary>
    public static readonly Guid WelfareJob = new("5f0c6a52-2f9b-4f3b-9a53-0d7c1a1e0001");

    /// <summary>A process that holds the house only.</summary>
    public static readonly Guid HouseJob = new("5f0c6a52-2f9b-4f3b-9a53-0d7c1a1e0002");

    private static readonly (int Id, string Name)[] Offices = [(23, "สำนักทะเบียนกลาง"), (244, "ศูนย์บริการร่วม")];

    private static readonly Dictionary<long, Guid[]> Jobs = new()
    {
        [CitizenId.Synthetic(1).Number] = [WelfareJob, HouseJob], // the exchange's system user
        [CitizenId.Synthetic(10).Number] = [WelfareJob], // an officer
        [CitizenId.Synthetic(11).Number] = [], // registered, but in no process
    };

    private static readonly Dictionary<Guid, int[]> Services = new() { [WelfareJob] = [1, 10, 12, 38], [HouseJob] = [10, 38] };

    public static IReadOnlyList<(int Id, string Name)>? OfficesOf(long? person) => Jobs.ContainsKey(person ?? 0) ? Offices : null;

    public static IReadOnlyList<Guid> JobsOf(long person) => Jobs.GetValueOrDefault(person, []);

    public static IReadOnlyList<int> ServicesOf(Guid job) => Services.GetValueOrDefault(job, []);
}
