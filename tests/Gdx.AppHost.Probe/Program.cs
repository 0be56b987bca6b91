using System.Collections;

// A program for the tests of the local host: it shows what it was started with and ends as it is told.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/health", () => Results.Ok());
app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value));
app.MapGet("/directory", () => Results.Json(Environment.CurrentDirectory));
app.MapGet("/arguments", () => args);
app.MapPost("/end", (int code) =>
{
    Console.Error.WriteLine($"The probe was told to end with {code}.");
    Environment.Exit(code);
});
if (app.Configuration["PROBE_DEAF"] is not null)
{
    // Does not end when it is asked to: only a kill ends it.
    AppDomain.CurrentDomain.ProcessExit += (_, _) => Thread.Sleep(Timeout.Infinite);
}

Console.WriteLine("The probe starts.");
if (app.Configuration["PROBE_EXIT"] is { } exit)
{
    Console.WriteLine("The probe ends at once.");
    return int.Parse(exit, System.Globalization.CultureInfo.InvariantCulture);
}

await app.RunAsync();
return 0;
