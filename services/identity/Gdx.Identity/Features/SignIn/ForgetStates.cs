using Gdx.ServiceDefaults;
using OpenIddict.Abstractions;

namespace Gdx.Identity.Features;

/// <summary>Every hour: deletes the records of sign-ins that were begun at a provider a day ago or earlier. Each is there so that an answer counts once.</summary>
public sealed class ForgetStates(IServiceScopeFactory scopes, SchemaState schema, TimeProvider clock, ILogger<ForgetStates> log) : RepeatedWork(log)
{
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        await using (var scope = scopes.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(clock.GetUtcNow().AddDays(-1), ct);
        }

        await Task.Delay(TimeSpan.FromHours(1), clock, ct);
        return true;
    }
}
