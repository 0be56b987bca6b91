// Topologies for the tests of the local host, chosen by --Sample=NAME.
var builder = DistributedApplication.CreateBuilder(args);
switch (builder.Configuration["Sample"])
{
    // Everything that AppHost.cs uses.
    case "whole":
        var postgres = builder.AddPostgres("postgres").WithDataVolume("sample-postgres");
        var database = postgres.AddDatabase("people-db", "people");
        var messaging = builder.AddRabbitMQ("messaging").WithDataVolume("sample-messaging");
        var secret = builder.AddParameter("probe-secret", new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);
        var first = Probe("first").WithHttpEndpoint(port: 5691, name: "grpc", env: "GRPC_PORT");
        Probe("second").WithArgs("one", "two words").WithReference(database).WithReference(messaging).WithReference(first)
            .WithEnvironment("PROBE_SECRET", secret).WithEnvironment("PROBE_FIRST", first.GetEndpoint("grpc")).WithEnvironment("PROBE_TEXT", "text")
            .WaitFor(database).WaitFor(messaging).WaitFor(first);
        break;

    // first, then second, then a job that ends well.
    case "order":
        var one = Probe("first");
        var two = Probe("second").WaitFor(one);
        builder.AddProject<Job>("job").WithEnvironment("PROBE_EXIT", "0").WaitFor(two);
        break;
    case "crash-at-start":
        Probe("first").WithEnvironment("PROBE_EXIT", "7");
        break;
    case "deaf":
        Probe("first").WithEnvironment("PROBE_DEAF", "1");
        break;
    case "unset-parameter":
        Probe("first").WithEnvironment("PROBE_SECRET", builder.AddParameter("smtp-address"));
        break;
    default:
        Probe("first");
        break;
}

builder.Build().Run();

IResourceBuilder<ProjectResource> Probe(string name) => builder.AddProject<Projects.Gdx_AppHost_Probe>(name).WithHttpHealthCheck("/health");

/// <summary>The probe without a launch profile, and so without an endpoint: something that only ends.</summary>
internal sealed class Job : IProjectMetadata, IBuiltProject
{
    public string ProjectPath => Path.Combine(HostProject.Directory, "Job.csproj");

    public string TargetPath => new Projects.Gdx_AppHost_Probe().TargetPath;
}
