using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("catalog");

var app = builder.Build();
app.UseServiceDefaults();
await app.RunAsync();
