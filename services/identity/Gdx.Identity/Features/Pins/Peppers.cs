using System.Security.Cryptography;
using System.Text;

namespace Gdx.Identity.Features;

/// <summary>
/// The secrets without which hashes of PINs and set-up codes are worth nothing: <c>Gdx:PinPepper</c>, named by <c>Gdx:PinPepperId</c> (1 where it is not set).
/// To rotate: move the old one to <c>Gdx:PinPeppers:&lt;its id&gt;</c> and set a new one with a new id; each PIN moves over when it is next checked.
/// </summary>
public sealed class Peppers
{
    private const int Shortest = 32; // Characters; as for every other key of the exchange.

    private readonly Dictionary<string, byte[]> byId = new(StringComparer.Ordinal);

    public Peppers(IConfiguration settings)
    {
        CurrentId = settings["Gdx:PinPepperId"] ?? "1";
        if (CurrentId.Length is 0 or > 32 || !CurrentId.All(char.IsAsciiLetterOrDigit))
        {
            throw new InvalidOperationException("Setting Gdx:PinPepperId must be 1 to 32 English letters and digits: the name of the pepper in Gdx:PinPepper.");
        }

        foreach (var old in settings.GetSection("Gdx:PinPeppers").GetChildren())
        {
            byId[old.Key] = Read($"Gdx:PinPeppers:{old.Key}", old.Value);
        }

        if (!byId.TryAdd(CurrentId, Read("Gdx:PinPepper", settings["Gdx:PinPepper"])))
        {
            throw new InvalidOperationException($"Setting Gdx:PinPeppers:{CurrentId} has the id of the current pepper: a new pepper needs a new Gdx:PinPepperId.");
        }
    }

    /// <summary>The pepper of everything that is hashed from now on.</summary>
    public string CurrentId { get; }

    public byte[] this[string id] => byId.TryGetValue(id, out var pepper) ? pepper
        : throw new InvalidOperationException($"Setting Gdx:PinPeppers:{id} is missing: there are PINs that were made with this pepper.");

    private static byte[] Read(string setting, string? value) => value is { Length: >= Shortest }
        ? Encoding.UTF8.GetBytes(value)
        : throw new InvalidOperationException($"Setting {setting} is missing or shorter than {Shortest} characters: a pepper of the PINs.");

    /// <summary>Keyed hash of a set-up code: with 40 random bits it needs the key, and with five tries no slowness.</summary>
    public byte[] HashCode(string pepperId, string code) => HMACSHA256.HashData(this[pepperId], Encoding.ASCII.GetBytes($"set-up code {code}"));
}
