namespace Gdx.Demo;

/// <summary><c>prepare</c>, the last resource of a development run: writes the addresses and makes sure that a client is there to try the exchange with.</summary>
public static class Prepare
{
    public static async Task RunAsync(string home)
    {
        Directory.CreateDirectory(home);
        var endpoints = Endpoints.FromEnvironment();
        endpoints.Save(home);
        var secrets = new OperatorSecrets(Setting("operator-maker"), Setting("operator-checker"), Setting("portal"));
        secrets.Save(home);
        using var exchange = new Exchange(endpoints, secrets);
        await HealthyAsync(exchange);
        // The adapter learns of grants and clients over its watch streams: after its own start as well as after a change, a moment later.
        if (DemoClient.Load(home) is { } kept && await WorksSoonAsync(exchange, kept))
        {
            Console.WriteLine("The demo client of an earlier run still works.");
            return;
        }

        // It also stands for a whole country's load in the benchmark.
        var journey = new Journey(exchange) { Budget = new() { CallsPerSecond = 20_000, CallsPerDay = 10_000_000, PersonsPerDay = 10_000_000, CallsPerOfficerAndDay = 10_000, PersonsPerOfficerAndDay = 10_000 } };
        var application = await journey.ApproveAsync(await journey.ApplyAsync());
        await journey.GrantAsync(application.AgencyId, Journey.GrantedFields);
        var secret = await journey.ClaimAsync(application.ContactEmail);
        var client = new DemoClient(application.ConsumerKey, secret, Journey.Agent.Value, Journey.Citizen.Value, Journey.UnknownCitizen.Value);
        if (!await WorksSoonAsync(exchange, client))
        {
            throw new SurpriseException("The demo client was approved but its first call does not succeed.");
        }

        client.Save(home);
        Console.WriteLine("A demo client is ready: demo.json in the state directory.");
    }

    /// <summary>Whole, not only able to answer: what is told before another service's queue is there reaches nobody.</summary>
    private static async Task HealthyAsync(Exchange exchange)
    {
        var endpoints = exchange.Endpoints;
        foreach (var service in new[] { endpoints.Identity, endpoints.Catalog, endpoints.Entitlement, endpoints.Api, endpoints.Notification })
        {
            _ = await Exchange.UntilAsync(async () => await exchange.SendAsync(HttpMethod.Get, $"{service}/health") is { Body: "Healthy" } ? "healthy" : null, TimeSpan.FromSeconds(60))
                ?? throw new SurpriseException($"{service} is not healthy within 60 s: see its log.");
        }
    }

    private static async Task<bool> WorksSoonAsync(Exchange exchange, DemoClient client) =>
        await Exchange.UntilAsync(async () => await WorksAsync(exchange, client) ? "works" : null, TimeSpan.FromSeconds(10)) is not null;

    private static async Task<bool> WorksAsync(Exchange exchange, DemoClient client)
    {
        var validated = await exchange.ValidateAsync(client.ConsumerKey, client.ConsumerSecret, client.AgentId);
        return validated.Status == 200
            && await exchange.LinkAsync(client.ConsumerKey, validated.Json["Result"]!.GetValue<string>(), client.CitizenId) is { Status: 200 };
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable($"Gdx__Operators__{name}")
        ?? throw new SurpriseException($"The host gave no secret of {name} (Gdx__Operators__{name}).");
}
