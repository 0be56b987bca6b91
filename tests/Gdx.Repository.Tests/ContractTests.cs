namespace Gdx.Repository.Tests;

/// <summary>
/// Contracts only grow, so that a service can be deployed alone, old beside new. <c>Released/vN.txt</c> is what release N promised. To release:
/// <c>GDX_RELEASE=vN dotnet run --project tests/Gdx.Repository.Tests</c> writes the next file; commit it with the tag of that name.
/// </summary>
public sealed class ContractTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Gdx.Repository.Tests", "Released");

    public static TheoryData<string> Releases => [.. Directory.GetFiles(Folder, "v*.txt").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact]
    public void There_is_a_release_to_compare_with()
    {
        if (Environment.GetEnvironmentVariable("GDX_RELEASE") is { Length: > 0 } release)
        {
            File.WriteAllLines(Path.Combine(Folder, $"{release}.txt"), Contracts.Lines);
        }

        Assert.NotEmpty(Releases);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public void What_was_promised_still_holds(string release) => Assert.Empty(Promised(release).Except(Contracts.Lines));

    [Theory]
    [MemberData(nameof(Releases))]
    public void A_message_that_an_older_service_sent_can_be_read(string release)
    {
        var promised = Promised(release).ToHashSet();
        var events = promised.Select(Contracts.EventOf).ToHashSet();

        // What has come to a released event since is missing in the messages of services that do not know it.
        Assert.DoesNotContain(Contracts.Required, line => events.Contains(Contracts.EventOf(line)) && !promised.Contains(line));
    }

    private static string[] Promised(string release) => File.ReadAllLines(Path.Combine(Folder, $"{release}.txt"));
}
