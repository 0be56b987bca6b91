using System.Collections;
using System.Security.Cryptography;

namespace Gdx.LocalHosting;

/// <summary>The environment of a project: variable by variable what Aspire gives it in run mode, so that it cannot tell which host started it.</summary>
internal static class ProjectEnvironment
{
    // What the host itself was started with says nothing about the programs that it starts.
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    public static Dictionary<string, string> Of(ProjectResource project, Telemetry? telemetry, bool development)
    {
        var environment = Inherited();
        Add(environment, Profile(project));
        if (telemetry is not null)
        {
            Add(environment, Exporter(project.Name, telemetry, development));
        }

        foreach (var endpoint in project.Endpoints.Where(endpoint => endpoint.Variable is not null))
        {
            environment[endpoint.Variable!] = $"{endpoint.Port}";
        }

        foreach (var variables in project.Environment)
        {
            Add(environment, variables());
        }

        return environment;
    }

    /// <summary><c>ConnectionStrings__name</c> and the same in parts: <c>NAME_HOST</c>, <c>NAME_PORT</c>, …</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Connection(IResource source) => source switch
    {
        PostgresDatabaseResource database => Postgres(database),
        RabbitMQServerResource rabbit => Rabbit(rabbit),
        _ => throw new InvalidOperationException($"{source.Name} has no connection string."),
    };

    /// <summary><c>services__name__endpoint__0</c> and <c>NAME_ENDPOINT</c>, for every endpoint of a project.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Discovery(ProjectResource source) => source.Endpoints.SelectMany(endpoint => new KeyValuePair<string, string?>[]
    {
        new($"services__{source.Name}__{endpoint.Name}__0", endpoint.Url),
        new($"{Name(source)}_{endpoint.Name.ToUpperInvariant()}", endpoint.Url),
    });

    /// <summary>The host's own environment without what belongs to the host alone.</summary>
    public static Dictionary<string, string> Inherited() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => !NotInherited.Contains((string)variable.Key))
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");

    public static string PostgresString(PostgresServerResource server, string database) =>
        $"Host=localhost;Port={server.Port};Username=postgres;Password={server.Password.Read()};Database={database}";

    private static IEnumerable<KeyValuePair<string, string?>> Postgres(PostgresDatabaseResource database)
    {
        var (server, password) = (database.Parent, database.Parent.Password.Read());
        yield return new($"ConnectionStrings__{database.Name}", PostgresString(server, database.DatabaseName));
        yield return new($"{Name(database)}_HOST", "localhost");
        yield return new($"{Name(database)}_PORT", $"{server.Port}");
        yield return new($"{Name(database)}_USERNAME", "postgres");
        yield return new($"{Name(database)}_PASSWORD", password);
        yield return new($"{Name(database)}_URI", $"postgresql://postgres:{Uri.EscapeDataString(password)}@localhost:{server.Port}/{database.DatabaseName}");
        yield return new($"{Name(database)}_JDBCCONNECTIONSTRING", $"jdbc:postgresql://localhost:{server.Port}/{database.DatabaseName}");
        yield return new($"{Name(database)}_DATABASENAME", database.DatabaseName);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Rabbit(RabbitMQServerResource rabbit)
    {
        var password = rabbit.Password.Read();
        var uri = $"amqp://guest:{Uri.EscapeDataString(password)}@localhost:{rabbit.Port}";
        yield return new($"ConnectionStrings__{rabbit.Name}", uri);
        yield return new($"{Name(rabbit)}_HOST", "localhost");
        yield return new($"{Name(rabbit)}_PORT", $"{rabbit.Port}");
        yield return new($"{Name(rabbit)}_USERNAME", "guest");
        yield return new($"{Name(rabbit)}_PASSWORD", password);
        yield return new($"{Name(rabbit)}_URI", uri);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Profile(ProjectResource project)
    {
        if (project.Profile is not { } profile)
        {
            yield break;
        }

        yield return new("DOTNET_LAUNCH_PROFILE", profile.Name);
        foreach (var (name, value) in profile.Variables)
        {
            yield return new(name, value);
        }

        var urls = project.Endpoints.Where(endpoint => endpoint.Variable is null).Select(endpoint => endpoint.Url);
        yield return new("ASPNETCORE_URLS", string.Join(';', urls));
    }

    private static IEnumerable<KeyValuePair<string, string?>> Exporter(string resource, Telemetry telemetry, bool development)
    {
        yield return new("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Endpoint);
        yield return new("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        yield return new("OTEL_EXPORTER_OTLP_HEADERS", $"x-otlp-api-key={telemetry.ApiKey}");
        yield return new("OTEL_SERVICE_NAME", resource);
        yield return new("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 8)}");
        yield return new("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        if (!development)
        {
            yield break;
        }

        yield return new("OTEL_BLRP_SCHEDULE_DELAY", "1000");
        yield return new("OTEL_BSP_SCHEDULE_DELAY", "1000");
        yield return new("OTEL_METRIC_EXPORT_INTERVAL", "1000");
        yield return new("OTEL_TRACES_SAMPLER", "always_on");
        yield return new("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based");
        // Aspire's own defaults show query strings in development; ServiceDefaults has to redact them under exactly these settings.
        yield return new("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
        yield return new("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
    }

    private static void Add(Dictionary<string, string> environment, IEnumerable<KeyValuePair<string, string?>> variables)
    {
        foreach (var (name, value) in variables)
        {
            environment[name] = value ?? "";
        }
    }

    private static string Name(IResource resource) => resource.Name.Replace('-', '_').ToUpperInvariant();
}

/// <summary>Where programs send their traces, metrics and logs, and the key that they show there.</summary>
internal sealed record Telemetry(string Endpoint, string ApiKey);
