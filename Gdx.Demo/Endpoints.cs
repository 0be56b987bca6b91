using System.Text.Json;

namespace Gdx.Demo;

/// <summary>Where the running system answers: <c>endpoints.json</c> in the state directory, name → base URL.</summary>
public sealed record Endpoints(string Api, string Identity, string Catalog, string Entitlement, string Notification, string Mail, string Dashboard,
    string IdentityGrpc, string CatalogGrpc, string EntitlementGrpc, string LinkageAdapterGrpc, string NotificationGrpc)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>What the host gave this process in <c>services__*</c> (the same under Aspire and under the local host).</summary>
    public static Endpoints FromEnvironment() => new(
        Service("linkage-adapter", "http"), Service("identity", "http"), Service("catalog", "http"), Service("entitlement", "http"), Service("notification", "http"),
        Service("simulators", "http"), (Environment.GetEnvironmentVariable("GDX_DASHBOARD") ?? "").Split(';')[0].TrimEnd('/'),
        Service("identity", "grpc"), Service("catalog", "grpc"), Service("entitlement", "grpc"), Service("linkage-adapter", "grpc"), Service("notification", "grpc"));

    /// <summary>Reads <c>endpoints.json</c>; throws with what to do where no system runs.</summary>
    public static Endpoints Load(string home) => Read<Endpoints>(Path.Combine(home, "endpoints.json"), "The system is not running here: start it with ./gdx up.");

    /// <summary>Writes <c>endpoints.json</c>.</summary>
    public void Save(string home) => Write(Path.Combine(home, "endpoints.json"), this);

    internal static T Read<T>(string file, string otherwise) => File.Exists(file)
        ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), file.EndsWith("endpoints.json", StringComparison.Ordinal) ? Json : DemoClient.Json)!
        : throw new SurpriseException(otherwise);

    internal static void Write<T>(string file, T value)
    {
        // Complete or not at all, and for its owner only: the demo client's secret and the operators' secrets are in such files.
        var part = file + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(part, options))
        {
            JsonSerializer.Serialize(stream, value, value is Endpoints ? Json : DemoClient.Json);
        }

        File.Move(part, file, overwrite: true);
    }

    private static string Service(string name, string endpoint) =>
        (Environment.GetEnvironmentVariable($"services__{name}__{endpoint}__0")
            ?? throw new SurpriseException($"The host gave no address of {name} ({endpoint}).")).TrimEnd('/');
}

/// <summary><c>demo.json</c>: a client that may read <c>dopa.person</c>, and two citizens to ask for.</summary>
public sealed record DemoClient(string ConsumerKey, string ConsumerSecret, string AgentId, string CitizenId, string UnknownCitizenId)
{
    internal static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads <c>demo.json</c>, or null where none is there yet.</summary>
    public static DemoClient? Load(string home) => File.Exists(Path.Combine(home, "demo.json")) ? Endpoints.Read<DemoClient>(Path.Combine(home, "demo.json"), "") : null;

    /// <summary>Writes <c>demo.json</c>.</summary>
    public void Save(string home) => Endpoints.Write(Path.Combine(home, "demo.json"), this);
}

/// <summary><c>operators.json</c>: the secrets of the two development operators, one to make and one to check, and of the portal, in whose place the demo signs people in.</summary>
public sealed record OperatorSecrets(string Maker, string Checker, string Portal)
{
    /// <summary>Reads <c>operators.json</c>.</summary>
    public static OperatorSecrets Load(string home) => Endpoints.Read<OperatorSecrets>(Path.Combine(home, "operators.json"), "The system is not running here: start it with ./gdx up.");

    /// <summary>Writes <c>operators.json</c>.</summary>
    public void Save(string home) => Endpoints.Write(Path.Combine(home, "operators.json"), this);
}

/// <summary>Something was not as it must be; the text says what.</summary>
public sealed class SurpriseException(string message) : Exception(message);
