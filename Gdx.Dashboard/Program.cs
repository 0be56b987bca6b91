using Gdx.Dashboard;

// Traces and logs of a development run, where there is no Aspire dashboard: takes OTLP/gRPC, answers OTLP JSON.
await DashboardApp.Build(args).RunAsync();
