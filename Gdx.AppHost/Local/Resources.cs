namespace Gdx.LocalHosting;

/// <summary>Something with a name in the topology: a server, a database, a project, a parameter.</summary>
public interface IResource
{
    string Name { get; }
}

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithArgs : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithConnectionString : IResource;

/// <summary>A project of the repository; the build generates one such class for every referenced project.</summary>
public interface IProjectMetadata
{
    string ProjectPath { get; }
}

/// <summary>Where the build put the program of a project, so that it starts without MSBuild.</summary>
public interface IBuiltProject
{
    string TargetPath { get; }
}

public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    /// <summary>What has to be healthy before this starts.</summary>
    internal List<IResource> Waits { get; } = [];
}

/// <summary>A value that a deployment chooses; generated and kept where nobody chooses.</summary>
public sealed class ParameterResource : Resource
{
    internal ParameterResource(string name, Func<string> value)
        : base(name) => Read = value;

    internal Func<string> Read { get; }
}

/// <summary>PostgreSQL, run from the machine's own binaries.</summary>
public sealed class PostgresServerResource : Resource
{
    internal PostgresServerResource(string name, ParameterResource password)
        : base(name) => Password = password;

    internal ParameterResource Password { get; }

    internal string? Volume { get; set; }

    internal int Port { get; set; }

    internal List<PostgresDatabaseResource> Databases { get; } = [];
}

public sealed class PostgresDatabaseResource : Resource, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent)
        : base(name) => (DatabaseName, Parent) = (databaseName, parent);

    public string DatabaseName { get; }

    public PostgresServerResource Parent { get; }
}

/// <summary>RabbitMQ, run from the machine's own binaries.</summary>
public sealed class RabbitMQServerResource : Resource, IResourceWithConnectionString
{
    internal RabbitMQServerResource(string name, ParameterResource password)
        : base(name) => Password = password;

    internal ParameterResource Password { get; }

    internal string? Volume { get; set; }

    internal int Port { get; set; }
}

/// <summary>A program of the repository, started from its build output.</summary>
public sealed class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, IProjectMetadata project, LaunchProfile? profile)
        : base(name) => (Project, Profile) = (project, profile);

    internal IProjectMetadata Project { get; }

    internal LaunchProfile? Profile { get; }

    internal List<Endpoint> Endpoints { get; } = [];

    internal List<object> Arguments { get; } = [];

    /// <summary>Paths that answer with this status (null: with any) when the program can do its work, each with the endpoint that is asked.</summary>
    internal List<(string Endpoint, string Path, int? Status)> HealthChecks { get; } = [];

    /// <summary>Variables from AppHost.cs in its order; values are asked for when the program starts.</summary>
    internal List<Func<IEnumerable<KeyValuePair<string, string?>>>> Environment { get; } = [];

    internal Endpoint Endpoint(string name) => Endpoints.Find(endpoint => endpoint.Name == name)
        ?? throw new HostException($"Resource {Name} has no endpoint named {name}.");
}

/// <summary>An address of a project: one port, which its only process listens on.</summary>
internal sealed class Endpoint(string name, int? port, string? variable)
{
    public string Name { get; } = name;

    /// <summary>The port that AppHost.cs or the launch profile wishes for.</summary>
    public int? FixedPort { get; } = port;

    /// <summary>The variable that tells the program its port; without one it is part of <c>ASPNETCORE_URLS</c>.</summary>
    public string? Variable { get; } = variable;

    public int Port { get; set; }

    public string Url => $"http://localhost:{Port}";
}

/// <summary>An endpoint by name; its address is known once the system starts.</summary>
public sealed class EndpointReference
{
    private readonly ProjectResource resource;

    internal EndpointReference(ProjectResource resource, string name) => (this.resource, EndpointName) = (resource, name);

    public string EndpointName { get; }

    public string Url => resource.Endpoint(EndpointName).Url;
}

/// <summary>A reason not to go on that the developer is told without a stack trace.</summary>
public sealed class HostException(string message) : Exception(message);
