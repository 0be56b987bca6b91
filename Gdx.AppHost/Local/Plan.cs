using System.Security.Cryptography;

namespace Gdx.LocalHosting;

/// <summary>Turns the topology into programs with ports, and refuses where a port that it promises is taken.</summary>
internal static class Plan
{
    public static List<HostedProgram> Of(LocalBuilder builder)
    {
        var programs = new List<HostedProgram>();
        var taken = new List<string>();
        var telemetry = Dashboard(builder, programs, taken);
        foreach (var resource in builder.Resources)
        {
            switch (resource)
            {
                case PostgresServerResource postgres:
                    postgres.Port = Ports.Free();
                    programs.Add(new PostgresProgram(postgres));
                    break;
                case RabbitMQServerResource rabbit:
                    rabbit.Port = Ports.Free();
                    var names = Ports.Free();
                    programs.Add(new NameServerProgram(rabbit.Name, names));
                    programs.Add(new RabbitProgram(rabbit, names));
                    break;
                case ProjectResource project:
                    project.Endpoints.ForEach(endpoint => endpoint.Port = Choose(builder, project.Name, endpoint, taken));
                    programs.Add(new ProjectProgram(project, () => ProjectEnvironment.Of(project, telemetry, builder.Development)));
                    break;
            }
        }

        return taken.Count == 0 ? programs : throw new HostException(
            $"{string.Join(" ", taken)} End the program that listens there (ss -ltnp shows it); if it is another checkout's system, stop that with its ./gdx down.");
    }

    /// <summary>The receiver of telemetry, where the AppHost's launch profile gives it an address.</summary>
    private static Telemetry? Dashboard(LocalBuilder builder, List<HostedProgram> programs, List<string> taken)
    {
        if (builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is not { Length: > 0 } receiver || builder.Configuration["ASPNETCORE_URLS"] is not { Length: > 0 } pages)
        {
            return null;
        }

        var dashboard = new ProjectResource("dashboard", new Projects.Gdx_Dashboard(), profile: null);
        dashboard.Endpoints.Add(new Endpoint("http", new Uri(pages.Split(';')[0]).Port, variable: null));
        dashboard.Endpoints.Add(new Endpoint("otlp", new Uri(receiver).Port, variable: null));
        dashboard.HealthChecks.Add(("http", "/", null)); // Any answer: it listens.
        foreach (var endpoint in dashboard.Endpoints)
        {
            endpoint.Port = endpoint.FixedPort!.Value;
            Check(dashboard.Name, endpoint, taken);
        }

        var key = builder.Configuration["AppHost:OtlpApiKey"] ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        programs.Add(new ProjectProgram(dashboard, () =>
        {
            var environment = ProjectEnvironment.Inherited();
            environment["ASPNETCORE_ENVIRONMENT"] = builder.Development ? "Development" : "Production";
            environment["ASPNETCORE_URLS"] = pages;
            environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = receiver;
            environment["DASHBOARD__OTLP__PRIMARYAPIKEY"] = key;
            return environment;
        }, isServer: true));
        return new Telemetry(receiver, key);
    }

    private static int Choose(LocalBuilder builder, string resource, Endpoint endpoint, List<string> taken)
    {
        if (builder.RandomPorts || endpoint.FixedPort is not { } port)
        {
            return Ports.Free();
        }

        endpoint.Port = port;
        Check(resource, endpoint, taken);
        return port;
    }

    private static void Check(string resource, Endpoint endpoint, List<string> taken)
    {
        if (!Ports.IsFree(endpoint.Port))
        {
            taken.Add($"Port {endpoint.Port} of {resource} ({endpoint.Name}) is taken.");
        }
    }
}
