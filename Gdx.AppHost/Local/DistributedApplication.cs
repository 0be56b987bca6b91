using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;

namespace Gdx.LocalHosting;

/// <summary>The system, ready to run. The part of Aspire's class of the same name that AppHost.cs uses.</summary>
public sealed class DistributedApplication
{
    private readonly LocalBuilder builder;

    internal DistributedApplication(LocalBuilder builder) => this.builder = builder;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new LocalBuilder(args);

    /// <summary>Runs until a signal or a failure; a failure makes the exit code of the process 1.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            })).ToList();
        try
        {
            Environment.ExitCode = await LocalSystem.RunAsync(builder, stop.Token);
        }
        catch (HostException problem)
        {
            await Console.Error.WriteLineAsync($"gdx: {problem.Message}");
            Environment.ExitCode = 1;
        }
        finally
        {
            signals.ForEach(signal => signal.Dispose());
        }
    }
}

/// <summary>Collects the topology.</summary>
public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    DistributedApplication Build();
}

/// <summary>Whether the topology is run or published; the local host only runs.</summary>
public sealed class DistributedApplicationExecutionContext
{
    internal DistributedApplicationExecutionContext()
    {
    }

    public bool IsRunMode { get; } = true;

    public bool IsPublishMode => !IsRunMode;
}

/// <summary>A resource on its way into the topology.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    T Resource { get; }

    IDistributedApplicationBuilder ApplicationBuilder { get; }
}

internal sealed record LocalResource<T>(LocalBuilder Builder, T Resource) : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder => Builder;
}

internal sealed class LocalBuilder : IDistributedApplicationBuilder
{
    public LocalBuilder(string[] args)
    {
        if (args.Any(argument => argument is "publish" or "--publisher" || argument.StartsWith("--publisher=", StringComparison.Ordinal)))
        {
            throw new NotSupportedException("The local host only runs the topology; publish it with Aspire: dotnet run --project Gdx.AppHost -p:UseAspire=true -- --operation publish …");
        }

        Configuration.AddEnvironmentVariables();
        if (Environment.GetEnvironmentVariable("DOTNET_LAUNCH_PROFILE") is null && LaunchProfile.Of(HostProject.Directory, wished: null) is { } profile)
        {
            // Started without `dotnet run`, nobody has applied the profile yet. Like there, it comes before the environment.
            Configuration.AddInMemoryCollection(profile.Variables.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)));
            Configuration["ASPNETCORE_URLS"] = string.Join(';', profile.Urls.Select(url => url.GetLeftPart(UriPartial.Authority)));
        }

        Configuration.AddCommandLine(args);
        var home = Configuration["GDX_HOME"] is { Length: > 0 } configured ? configured : Path.Combine(HostProject.Directory, "..", ".gdx");
        Configuration["GDX_HOME"] = Path.GetFullPath(home).TrimEnd('/');
        RandomPorts = Configuration.GetValue("DcpPublisher:RandomizePorts", false);
        if (RandomPorts && Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is not null)
        {
            Configuration["ASPNETCORE_URLS"] = $"http://localhost:{Ports.Free()}";
            Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = $"http://localhost:{Ports.Free()}";
        }

        Parameters = new ParameterStore(Configuration["GDX_HOME"]!, Configuration);
    }

    public ConfigurationManager Configuration { get; } = new();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public ParameterStore Parameters { get; }

    public List<Resource> Resources { get; } = [];

    public bool RandomPorts { get; }

    public string Home => Configuration["GDX_HOME"]!;

    public bool Development => (Configuration["DOTNET_ENVIRONMENT"] ?? Configuration["ASPNETCORE_ENVIRONMENT"]) == "Development";

    public DistributedApplication Build() => new(this);

    public LocalResource<T> Add<T>(T resource)
        where T : Resource
    {
        if (Resources.Exists(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new InvalidOperationException($"Two resources are named {resource.Name}.");
        }

        Resources.Add(resource);
        return new LocalResource<T>(this, resource);
    }
}
