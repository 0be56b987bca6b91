using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("notification");

var app = builder.Build();
app.UseServiceDefaults();
await app.RunAsync();
