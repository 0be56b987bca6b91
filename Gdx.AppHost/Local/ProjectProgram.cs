using System.Net;

namespace Gdx.LocalHosting;

/// <summary>A project of the repository, started from its build output in its own directory.</summary>
internal sealed class ProjectProgram(ProjectResource project, Func<Dictionary<string, string>> environment, bool isServer = false) : HostedProgram(project.Name)
{
    // No proxy: what is asked is on this machine, whatever HTTP_PROXY says.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(3) };

    public override IEnumerable<string> WaitsFor => project.Waits.Select(wait => wait.Name);

    public override bool IsServer => isServer;

    public override bool IsJob => project.Endpoints.Count == 0;

    public override Task<ProgramStart> PrepareAsync(Launcher launcher, CancellationToken cancellation)
    {
        var directory = Path.GetDirectoryName(project.Project.ProjectPath)!;
        var program = (project.Project as IBuiltProject)?.TargetPath ?? throw new HostException($"Nothing says where the program of {project.Project.ProjectPath} was built to.");
        if (!File.Exists(program))
        {
            throw new HostException($"{Name} is not built: {program} is missing. Build it with: dotnet build Gdx.AppHost");
        }

        var arguments = project.Arguments.Select(argument => $"{argument}");
        var dotnet = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        return Task.FromResult(new ProgramStart(Name, dotnet, ["exec", program, .. arguments], directory, environment()));
    }

    public override async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        foreach (var (endpoint, path, status) in project.HealthChecks)
        {
            var address = new Uri(new Uri(project.Endpoint(endpoint).Url), path);
            try
            {
                using var answer = await Http.GetAsync(address, cancellation);
                if (status is not null && answer.StatusCode != (HttpStatusCode)status)
                {
                    return $"{address} answers {(int)answer.StatusCode}";
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                return $"{address} does not answer";
            }
        }

        return null;
    }
}
