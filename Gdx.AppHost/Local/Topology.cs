namespace Gdx.LocalHosting;

/// <summary>The words of AppHost.cs, with Aspire's own signatures as far as AppHost.cs uses them.</summary>
public static class Topology
{
    /// <summary>Publishing is Aspire's; here nothing happens.</summary>
    public static void AddDockerComposeEnvironment(this IDistributedApplicationBuilder builder, string name) => ArgumentException.ThrowIfNullOrEmpty(name);

    /// <summary>Publishing is Aspire's; here nothing happens.</summary>
    public static void AddKubernetesEnvironment(this IDistributedApplicationBuilder builder, string name) => ArgumentException.ThrowIfNullOrEmpty(name);

    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        Parameter(builder, name, null, persist: false);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        Parameter(builder, name, value, persist);

    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) =>
        Local(builder).Add(new PostgresServerResource(name, Password(builder, name)));

    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null)
    {
        builder.Resource.Volume = name ?? builder.Resource.Name;
        return builder;
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return Local(builder.ApplicationBuilder).Add(database);
    }

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name) =>
        Local(builder).Add(new RabbitMQServerResource(name, Password(builder, name)));

    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(this IResourceBuilder<RabbitMQServerResource> builder, string? name = null)
    {
        builder.Resource.Volume = name ?? builder.Resource.Name;
        return builder;
    }

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject();
        var wished = builder.Configuration["AppHost:DefaultLaunchProfileName"] ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        var resource = new ProjectResource(name, project, LaunchProfile.Of(Path.GetDirectoryName(project.ProjectPath)!, wished));
        foreach (var url in resource.Profile?.Urls ?? [])
        {
            resource.Endpoints.Add(new Endpoint(url.Scheme, url.Port, variable: null));
        }

        return Local(builder).Add(resource);
    }

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs
    {
        Project(builder).Arguments.AddRange(args);
        return builder;
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null)
        where T : IResourceWithEndpoints
    {
        Project(builder).Endpoints.Add(new Endpoint(name ?? "http", targetPort ?? port, env));
        return builder;
    }

    /// <summary>Which endpoints the world may reach is a deployment's question; here everything is on this machine.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder;

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        Project(builder).HealthChecks.Add((endpointName ?? "http", path ?? "/", statusCode ?? 200));
        return builder;
    }

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(Project(builder), name);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => Variables(builder, () => [new(name, value)]);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => Variables(builder, () => [new(name, parameter.Resource.Read())]);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => Variables(builder, () => [new(name, endpointReference.Url)]);

    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source)
        where T : IResourceWithEnvironment => Variables(builder, () => ProjectEnvironment.Connection(source.Resource));

    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where T : IResourceWithEnvironment => Variables(builder, () => ProjectEnvironment.Discovery((ProjectResource)source.Resource));

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        Project(builder).Waits.Add(dependency.Resource);
        return builder;
    }

    private static LocalBuilder Local(IDistributedApplicationBuilder builder) => (LocalBuilder)builder;

    private static ProjectResource Project<T>(IResourceBuilder<T> builder)
        where T : IResource => (ProjectResource)(IResource)builder.Resource;

    private static IResourceBuilder<T> Variables<T>(IResourceBuilder<T> builder, Func<IEnumerable<KeyValuePair<string, string?>>> variables)
        where T : IResource
    {
        Project(builder).Environment.Add(variables);
        return builder;
    }

    private static LocalResource<ParameterResource> Parameter(IDistributedApplicationBuilder builder, string name, ParameterDefault? fallback, bool persist) =>
        Local(builder).Add(new ParameterResource(name, () => Local(builder).Parameters.Get(name, fallback, persist)));

    private static ParameterResource Password(IDistributedApplicationBuilder builder, string server) =>
        Parameter(builder, $"{server}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, persist: true).Resource;
}
