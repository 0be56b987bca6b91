using System.Security.Cryptography;
using System.Text;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using OpenIddict.Abstractions;

namespace Gdx.Identity.Features;

/// <summary>A client of the token endpoint as the settings want it.</summary>
public sealed record WantedClient(string Name, string Secret, bool IsOperator)
{
    /// <summary>A service is named by its client id; a development operator is a person, with the same UUID in every installation.</summary>
    public string Subject => IsOperator ? OperatorId(Name).ToString() : Name;

    public IReadOnlyList<string> GrantedRoles => IsOperator ? [Roles.Operator, Roles.Auditor] : [Roles.Service, $"{Roles.Service}:{Name}"];

    private static Guid OperatorId(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"gdx development operator {name}")).AsSpan(0, 16));
}

/// <summary>All clients that the settings want: services (<c>Gdx:ServiceClients:*</c>) and, in development only, operators (<c>Gdx:DevelopmentOperators:*</c>).</summary>
public sealed class WantedClients(IReadOnlyDictionary<string, WantedClient> byName)
{
    public IReadOnlyDictionary<string, WantedClient> ByName => byName;

    public static WantedClients Read(IConfiguration settings, IHostEnvironment environment)
    {
        var services = Section("Gdx:ServiceClients", isOperator: false);
        var operators = Section("Gdx:DevelopmentOperators", isOperator: true);
        if (operators.Count > 0 && !environment.IsDevelopment())
        {
            throw new InvalidOperationException("Setting Gdx:DevelopmentOperators is refused outside Development: operators there are people who sign in.");
        }

        if (services.Find(service => operators.Exists(one => one.Name == service.Name)) is { Name: var twice })
        {
            throw new InvalidOperationException($"Settings Gdx:ServiceClients:{twice} and Gdx:DevelopmentOperators:{twice}: one name cannot be both a service and a person.");
        }

        return new(services.Concat(operators).ToDictionary(client => client.Name, StringComparer.Ordinal));

        List<WantedClient> Section(string key, bool isOperator) => [.. settings.GetSection(key).GetChildren().Select(child => new WantedClient(
            child.Key,
            child.Value is { Length: >= 32 } secret ? secret : throw new InvalidOperationException($"Setting {key}:{child.Key} is empty or shorter than 32 characters."),
            isOperator))];
    }
}

/// <summary>At start: brings the clients of the token endpoint in line with the settings. Who is no longer named there can get no more tokens.</summary>
public sealed class SeedTokenClients(IOpenIddictApplicationManager clients, WantedClients wanted) : IStartupWork
{
    public async Task RunAsync(CancellationToken ct)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        // Read to the end first: the connection is needed for the changes.
        foreach (var client in await clients.ListAsync(cancellationToken: ct).ToListAsync(ct))
        {
            var name = await clients.GetClientIdAsync(client, ct);
            if (name == Portal.ClientId)
            {
                continue; // SeedPortal's.
            }

            if (name is null || !wanted.ByName.TryGetValue(name, out var want))
            {
                await clients.DeleteAsync(client, ct);
                continue;
            }

            known.Add(name);
            if (!await clients.ValidateClientSecretAsync(client, want.Secret, ct))
            {
                await clients.UpdateAsync(client, want.Secret, ct);
            }
        }

        foreach (var want in wanted.ByName.Values.Where(want => !known.Contains(want.Name)))
        {
            await clients.CreateAsync(new OpenIddictApplicationDescriptor
            {
                ClientId = want.Name,
                ClientSecret = want.Secret,
                ClientType = OpenIddictConstants.ClientTypes.Confidential,
                Permissions = { OpenIddictConstants.Permissions.Endpoints.Token, OpenIddictConstants.Permissions.GrantTypes.ClientCredentials },
            }, ct);
        }
    }
}
