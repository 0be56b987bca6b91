using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Catalog.Tests;

/// <summary>The session behind a person's token counts here as everywhere.</summary>
public sealed class SessionTests(CatalogApp app)
{
    [Fact]
    public async Task A_person_whose_session_has_ended_is_refused_within_a_second()
    {
        var session = Guid.NewGuid();
        var person = app.As(["person", "operator"], session);
        await Eventually.Succeeds(async () => await app.Client().FindAsync(new(), person));

        LivingSessions.End(session);

        await Eventually.True(async () => await RefusedAsync(person) == StatusCode.Unauthenticated, "the token to be refused", TimeSpan.FromSeconds(1));
        await app.Client().FindAsync(new(), app.As("person", "operator"));
    }

    [Fact]
    public async Task A_persons_token_without_a_session_is_refused() => Assert.Equal(StatusCode.Unauthenticated, await RefusedAsync(app.As(["person", "operator"], session: null)));

    private async Task<StatusCode?> RefusedAsync(Metadata person)
    {
        try
        {
            await app.Client().FindAsync(new(), person);
            return null;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
