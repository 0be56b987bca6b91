using Gdx.Demo;

// prepare: run by the AppHost. (nothing): ./gdx demo, the main job from outside, step by step.
var home = Environment.GetEnvironmentVariable("GDX_HOME") is { Length: > 0 } set ? set : Path.Combine(Checkout(), ".gdx");
try
{
    switch (args)
    {
        case ["prepare"]:
            await Prepare.RunAsync(home);
            return 0;
        case []:
            return await MainJob.RunAsync(home);
        default:
            await Console.Error.WriteLineAsync("usage: Gdx.Demo [prepare]");
            return 2;
    }
}
catch (Exception exception) when (exception is SurpriseException or HttpRequestException or Grpc.Core.RpcException or System.Text.Json.JsonException)
{
    await Console.Error.WriteLineAsync($"Surprise: {exception.Message}");
    return 1;
}

static string Checkout()
{
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "Gdx.sln")))
        {
            return folder.FullName;
        }
    }

    throw new SurpriseException("This is not run from a checkout: set GDX_HOME to the state directory.");
}
