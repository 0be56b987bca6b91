using Gdx.ServiceDefaults;

namespace Gdx.Identity.Features;

/// <summary>Until the schema, the signing key and the clients are there, everything but health answers 503: a half-ready Identity must sign nothing.</summary>
public static class Readiness
{
    public static void UseReadiness(this WebApplication app)
    {
        var schema = app.Services.GetRequiredService<SchemaState>();
        app.Use((context, next) =>
        {
            if (schema.Ready.IsCompletedSuccessfully || context.Request.Path.Value is "/health" or "/alive")
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });
    }
}
