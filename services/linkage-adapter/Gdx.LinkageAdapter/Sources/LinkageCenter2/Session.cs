namespace Gdx.LinkageAdapter.Sources.LinkageCenter2;

/// <summary>A system user's token at the Linkage Center. Whoever finds none logs in, and everyone else waits for that one login.</summary>
public sealed class Session
{
    /// <summary>An agency that is known to use LK2 renews below ten minutes left; the same here.</summary>
    private static readonly TimeSpan RenewBelow = TimeSpan.FromMinutes(10);

    /// <summary>Where renewing fails, the token is used to its end meanwhile, and the next try is not sooner.</summary>
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private DateTimeOffset nextRenewal;
    private Token? current;
    private Task<Token>? login;

    /// <summary>A token of the Linkage Center and its end.</summary>
    public sealed record Token(string Value, DateTimeOffset Until);

    /// <summary>
    /// The token to call with. A token that soon ends is renewed beside the call that notices it. <paramref name="begin"/> gets the token to
    /// renew, or null to log in; it runs once at a time, for all callers.
    /// </summary>
    public Task<Token> GetAsync(DateTimeOffset now, Func<Token?, Task<Token>> begin)
    {
        lock (gate)
        {
            if (current is { } token && token.Until > now)
            {
                if (token.Until - now < RenewBelow && now >= nextRenewal && login is null)
                {
                    nextRenewal = now + RenewEvery;
                    _ = Begin(token, begin).ContinueWith(failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                }

                return Task.FromResult(token);
            }

            return Begin(null, begin);
        }
    }

    /// <summary>The Linkage Center does not know this token any more.</summary>
    public void Forget(Token token)
    {
        lock (gate)
        {
            current = current == token ? null : current;
        }
    }

    private Task<Token> Begin(Token? old, Func<Token?, Task<Token>> begin)
    {
        return login ??= Run();

        async Task<Token> Run()
        {
            await Task.Yield(); // Out of the lock.
            try
            {
                var token = await begin(old);
                lock (gate)
                {
                    (current, login) = (token, null);
                }

                return token;
            }
            catch
            {
                lock (gate)
                {
                    login = null;
                }

                throw;
            }
        }
    }
}
