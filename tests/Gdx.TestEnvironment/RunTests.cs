namespace Gdx.TestEnvironment;

internal static class RunTests
{
    public static async Task<int> RunAsync(string[] options)
    {
        await using var servers = await Servers.StartAsync();
        foreach (var (name, value) in servers.Variables)
        {
            Console.WriteLine($"{name}={value}");
            Environment.SetEnvironmentVariable(name, value);
        }

        Console.WriteLine(await TestEnvironment.CreateDatabaseAsync());
        Console.WriteLine(await TestEnvironment.CreateBrokerAsync());
        if (options.Length > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(40));
        }

        return 0;
    }
}
