using Gdx.TestEnvironment;

if (args is not ["run", .. var options])
{
    Console.Error.WriteLine("Usage: Gdx.TestEnvironment run [--filter TEXT] [--full] [--no-build]");
    return 2;
}

return await RunTests.RunAsync(options);
