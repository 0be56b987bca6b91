// The topology of the exchange, and its only description. Public ports are one block: 5601-5605 HTTP of the services (5600 is
// kept for the portal), 5606 the simulators with the mail page, 5607-5609 the dashboard, 5611-5615 gRPC.
var builder = DistributedApplication.CreateBuilder(args);

// Publishing: Aspire refuses a model with two places to deploy to, so there is one at a time.
if (builder.Configuration["Gdx:DeployTo"] == "kubernetes")
{
    builder.AddKubernetesEnvironment("k8s");
}
else
{
    builder.AddDockerComposeEnvironment("compose");
}

var postgres = builder.AddPostgres("postgres").WithDataVolume("gdx-postgres");
var identityDb = postgres.AddDatabase("identity-db", "identity");
var catalogDb = postgres.AddDatabase("catalog-db", "catalog");
var entitlementDb = postgres.AddDatabase("entitlement-db", "entitlement");
var linkageAdapterDb = postgres.AddDatabase("linkage-adapter-db", "linkage_adapter");
var notificationDb = postgres.AddDatabase("notification-db", "notification");
// Services wait for the broker below, though each would find it later by itself: on few cores its start is twice as quick before theirs.
var messaging = builder.AddRabbitMQ("messaging").WithDataVolume("gdx-messaging");

// With its secret a service asks Identity for its access token; with the subject key citizen numbers are hashed where they must be correlated.
var catalogSecret = Secret("catalog-secret");
var entitlementSecret = Secret("entitlement-secret");
var linkageAdapterSecret = Secret("linkage-adapter-secret");
var notificationSecret = Secret("notification-secret");
var subjectKey = Secret("subject-key");
var pinPepper = Secret("pin-pepper"); // Hashes of PINs are worth nothing without it.

var identity = builder.AddProject<Projects.Gdx_Identity>("identity")
    .WithHttpEndpoint(port: 5612, name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithReference(identityDb)
    .WithReference(messaging)
    .WithEnvironment("Gdx__ServiceClients__catalog", catalogSecret)
    .WithEnvironment("Gdx__ServiceClients__entitlement", entitlementSecret)
    .WithEnvironment("Gdx__ServiceClients__linkage-adapter", linkageAdapterSecret)
    .WithEnvironment("Gdx__ServiceClients__notification", notificationSecret)
    .WithEnvironment("Gdx__SubjectKey", subjectKey)
    .WithEnvironment("Gdx__PinPepper", pinPepper)
    .WaitFor(identityDb).WaitFor(messaging);
identity.WithEnvironment("Gdx__PublicUrl", identity.GetEndpoint("http"));

var catalog = builder.AddProject<Projects.Gdx_Catalog>("catalog")
    .WithHttpEndpoint(port: 5613, name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithReference(catalogDb)
    .WithReference(messaging)
    .WithReference(identity)
    .WithEnvironment("Gdx__ServiceSecret", catalogSecret)
    .WaitFor(catalogDb).WaitFor(messaging);
catalog.WithEnvironment("Gdx__PublicUrl", catalog.GetEndpoint("http")); // The addresses of datasets and fields begin with it.

var entitlement = builder.AddProject<Projects.Gdx_Entitlement>("entitlement")
    .WithHttpEndpoint(port: 5614, name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithReference(entitlementDb)
    .WithReference(messaging)
    .WithReference(identity)
    .WithReference(catalog)
    .WithEnvironment("Gdx__ServiceSecret", entitlementSecret)
    .WaitFor(entitlementDb).WaitFor(messaging);

var linkageAdapter = builder.AddProject<Projects.Gdx_LinkageAdapter>("linkage-adapter")
    .WithHttpEndpoint(port: 5611, name: "grpc", env: "GRPC_PORT")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(linkageAdapterDb)
    .WithReference(messaging)
    .WithReference(identity)
    .WithReference(entitlement)
    .WithEnvironment("Gdx__ServiceSecret", linkageAdapterSecret)
    .WithEnvironment("Gdx__SubjectKey", subjectKey)
    .WaitFor(linkageAdapterDb).WaitFor(messaging);

// For previews of changed rights. A reference and no wait: the adapter watches Entitlement, and each starts without the other.
entitlement.WithReference(linkageAdapter);

var notification = builder.AddProject<Projects.Gdx_Notification>("notification")
    .WithHttpEndpoint(port: 5615, name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithReference(notificationDb)
    .WithReference(messaging)
    .WithReference(identity)
    .WithEnvironment("Gdx__ServiceSecret", notificationSecret)
    .WaitFor(notificationDb).WaitFor(messaging);

if (builder.ExecutionContext.IsRunMode)
{
    // Development: the schema comes up by itself, the outside world is simulated, two operators act over gRPC, and a demo client is made ready.
    var makerSecret = Secret("operator-maker-secret");
    var checkerSecret = Secret("operator-checker-secret");
    var simulators = builder.AddProject<Projects.Gdx_Simulators>("simulators")
        .WithHttpEndpoint(port: 5616, name: "smtp", env: "SMTP_PORT")
        .WithHttpHealthCheck("/health");
    foreach (var service in new[] { identity, catalog, entitlement, linkageAdapter, notification })
    {
        service.WithEnvironment("Gdx__MigrateOnStart", "true");
    }

    // Open data goes to a simulated catalogue.
    var ckanKey = Secret("ckan-api-key");
    simulators.WithEnvironment("CKAN_API_KEY", ckanKey);
    catalog.WithEnvironment("Gdx__Ckan__Url", simulators.GetEndpoint("http"))
        .WithEnvironment("Gdx__Ckan__ApiKey", ckanKey);

    // People sign in through five simulated providers; the portal (5600) is a client already, before it is there.
    var providerSecret = Secret("sign-in-provider-secret");
    var portalSecret = Secret("portal-secret");
    simulators.WithEnvironment("SIGN_IN_SECRET", providerSecret);
    identity.WithEnvironment("Gdx__ProvidersAt", simulators.GetEndpoint("http"))
        .WithEnvironment("Gdx__Portal__ClientSecret", portalSecret)
        .WithEnvironment("Gdx__Portal__RedirectUris__0", "http://localhost:5600/signed-in")
        .WithEnvironment("Gdx__Portal__PostLogoutRedirectUris__0", "http://localhost:5600/signed-out");
    foreach (var (name, kind, thai, english) in new[]
    {
        ("thaid", "thaid", "ThaID", "ThaID"),
        ("dga", "dga", "ดิจิทัลไอดี (DGA Digital ID)", "DGA Digital ID"),
        ("govid", "oidc", "GovID", "GovID"),
        ("mailgothai", "oidc", "เมลไทยเพื่อรัฐ (MailGoThai)", "MailGoThai"),
        ("openid", "oidc", "OpenID ภาครัฐ", "Government OpenID"),
    })
    {
        identity.WithEnvironment($"Gdx__Providers__{name}__Kind", kind)
            .WithEnvironment($"Gdx__Providers__{name}__Issuer", name)
            .WithEnvironment($"Gdx__Providers__{name}__ClientId", "gdx")
            .WithEnvironment($"Gdx__Providers__{name}__ClientSecret", providerSecret)
            .WithEnvironment($"Gdx__Providers__{name}__NameTh", thai)
            .WithEnvironment($"Gdx__Providers__{name}__NameEn", english);
    }

    identity.WithEnvironment("Gdx__DevelopmentOperators__operator-maker", makerSecret)
        .WithEnvironment("Gdx__DevelopmentOperators__operator-checker", checkerSecret);
    notification.WithEnvironment("Gdx__Smtp", simulators.GetEndpoint("smtp"));
    builder.AddProject<Projects.Gdx_Demo>("demo")
        .WithArgs("prepare")
        .WithReference(identity).WithReference(catalog).WithReference(entitlement).WithReference(linkageAdapter).WithReference(notification).WithReference(simulators)
        .WithEnvironment("Gdx__Operators__operator-maker", makerSecret)
        .WithEnvironment("Gdx__Operators__operator-checker", checkerSecret)
        .WithEnvironment("Gdx__Operators__portal", portalSecret)
        .WithEnvironment("GDX_DASHBOARD", builder.Configuration["ASPNETCORE_URLS"])
        .WithEnvironment("GDX_HOME", builder.Configuration["GDX_HOME"])
        .WaitFor(identity).WaitFor(catalog).WaitFor(entitlement).WaitFor(linkageAdapter).WaitFor(notification).WaitFor(simulators);
}
else
{
    // Identity providers, the portal and ranges of proxies differ from place to place: docs/operators.md has their settings.
    notification.WithEnvironment("Gdx__Smtp", builder.AddParameter("smtp-address")).WithEnvironment("Gdx__MailFrom", builder.AddParameter("mail-from"));
    if (builder.Configuration["Parameters:ckan-url"] is not null)
    {
        catalog.WithEnvironment("Gdx__Ckan__Url", builder.AddParameter("ckan-url")).WithEnvironment("Gdx__Ckan__ApiKey", builder.AddParameter("ckan-api-key", secret: true));
    }

    if (builder.Configuration["Parameters:smtp-user"] is not null)
    {
        notification.WithEnvironment("Gdx__SmtpUser", builder.AddParameter("smtp-user"))
            .WithEnvironment("Gdx__SmtpPassword", builder.AddParameter("smtp-password", secret: true));
    }
}

builder.Build().Run();

IResourceBuilder<ParameterResource> Secret(string name) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);
