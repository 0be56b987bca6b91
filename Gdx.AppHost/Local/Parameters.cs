using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Gdx.LocalHosting;

/// <summary>Where the value of a parameter comes from when nobody sets it.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value of the given length.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    public int MinLength { get; set; }

    public bool Special { get; set; } = true;

    public override string GetDefaultValue() => RandomNumberGenerator.GetString(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (Special ? "-_.{}~()*+!" : ""), MinLength);
}

/// <summary>Generated values, kept between runs in <c>parameters.json</c> of the state directory, readable by its owner only.</summary>
internal sealed class ParameterStore(string home, IConfiguration configuration)
{
    private readonly string file = Path.Combine(home, "parameters.json");
    private readonly Dictionary<string, string> generated = [];

    public string Get(string name, ParameterDefault? fallback, bool persist)
    {
        if (configuration[$"Parameters:{name}"] is { } configured)
        {
            return configured;
        }

        if (fallback is null)
        {
            throw new HostException($"Parameter {name} has no value: set Parameters__{name}.");
        }

        lock (generated)
        {
            if (generated.TryGetValue(name, out var value) || (persist && Kept().TryGetValue(name, out value)))
            {
                return value;
            }

            generated[name] = value = fallback.GetDefaultValue();
            if (persist)
            {
                Keep(name, value);
            }

            return value;
        }
    }

    private Dictionary<string, string> Kept()
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [];
        }
        catch (JsonException)
        {
            throw new HostException($"{file} is not readable as JSON. Repair it, or forget all data with ./gdx reset.");
        }
    }

    /// <summary>Written beside and renamed: a host that is killed here leaves the old file or the new one.</summary>
    private void Keep(string name, string value)
    {
        var all = Kept();
        all[name] = value;
        Directory.CreateDirectory(home);
        var next = file + ".new";
        File.Delete(next);
        using (var stream = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, all, Indented);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
