using System.Net;
using Gdx.Simulators.Ckan;
using Gdx.Simulators.LinkageCenter;
using Gdx.Simulators.Mail;
using Gdx.Simulators.SignIn;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gdx.Simulators;

/// <summary>
/// The systems around the exchange, in one process that really listens: DOPA's Linkage Center (LK2) under <c>/lk2</c>, five identity providers
/// (<see cref="SignInProviders"/>), the open catalogue (CKAN) under <c>/api/3/action</c>, a mail server on
/// <c>SMTP_PORT</c> with its mails on <c>/messages</c> and a page on <c>/</c>. Development only, loopback only.
/// </summary>
public sealed class OutsideWorld : IAsyncDisposable
{
    private readonly WebApplication app;

    private OutsideWorld(WebApplication app)
    {
        this.app = app;
        // In the order in which Listen adds them: HTTP first, SMTP last.
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ToList();
        Http = new Uri(addresses[0]);
        SmtpPort = new Uri(addresses[^1]).Port;
    }

    /// <summary>Base address of the simulated systems; the Linkage Center's proxy is <c>lk2</c> below it.</summary>
    public Uri Http { get; }

    /// <summary>Where the mail server listens, on 127.0.0.1.</summary>
    public int SmtpPort { get; }

    /// <summary>The mails that arrived, newest first.</summary>
    public MailBox Mails => app.Services.GetRequiredService<MailBox>();

    /// <summary>For tests: a world of its own in this process, on free ports.</summary>
    public static async Task<OutsideWorld> StartAsync()
    {
        var app = Build(["--urls", "http://127.0.0.1:0", "--SMTP_PORT", "0", "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning"], Environments.Development);
        await app.StartAsync();
        return new OutsideWorld(app);
    }

    /// <summary>Why this process must not run, or null. Synthetic people must never answer for real ones.</summary>
    public static string? Refusal()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production;
        return environment.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"Gdx.Simulators only runs in Development, and this is {environment}: it answers with people who do not exist and shows every mail to everyone. Set ASPNETCORE_ENVIRONMENT=Development on a developer's machine.";
    }

    public static WebApplication Build(string[] args, string? environment = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, EnvironmentName = environment });
        // Against DNS rebinding: a page from elsewhere must not read claim links out of the mails.
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1];*.localhost";
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // It warns that Listen takes the place of ASPNETCORE_URLS, which is meant.
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<MailBox>();
        builder.Services.AddSingleton<Faults>().AddSingleton<Calls>().AddSingleton<Sessions>().AddSingleton<Records>();
        builder.Services.AddSingleton<Packages>().AddSingleton<CkanFaults>();
        builder.Services.AddSingleton<SignedToken>().AddSingleton<SignInProviders>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false); // A plain 400, no stack trace.
        builder.Services.AddHealthChecks();
        Listen(builder);

        var app = builder.Build();
        app.MapHealthChecks("/health");
        MailApi.Map(app);
        MailPages.Map(app);
        Lk2.Map(app);
        SignInProviders.Map(app);
        CkanApi.Map(app);
        return app;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static void Listen(WebApplicationBuilder builder)
    {
        var urls = (builder.Configuration["URLS"] ?? "http://localhost:5606").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var smtpPort = builder.Configuration.GetValue("SMTP_PORT", 5616);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024; // The largest request is an LK2 one of some kilobytes.
            foreach (var url in urls)
            {
                Loopback(kestrel, BindingAddress.Parse(url), _ => { });
            }

            Loopback(kestrel, BindingAddress.Parse(smtpPort == 0 ? "http://127.0.0.1:0" : $"http://localhost:{smtpPort}"), smtp => smtp.UseConnectionHandler<SmtpConnection>());
        });
    }

    private static void Loopback(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, BindingAddress address, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> configure)
    {
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))
        {
            kestrel.Listen(ip, address.Port, configure);
        }
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.ListenLocalhost(address.Port, configure);
        }
        else
        {
            throw new InvalidOperationException($"Gdx.Simulators listens on localhost only, not on {address}. Correct ASPNETCORE_URLS.");
        }
    }
}
