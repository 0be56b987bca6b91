using Gdx.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("linkage-adapter");

var app = builder.Build();
app.UseServiceDefaults();
await app.RunAsync();
