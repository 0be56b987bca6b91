using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gdx.Identity.Features;

/// <summary>Reads the forms that callers without a token may send: a few short fields in UTF-8, or the status that says why not.</summary>
public static class SmallForm
{
    private const int Largest = 4096; // A claim code is 43 characters, a token request some hundred.

    // Also bounds a body whose length is not told.
    private static readonly FormOptions Limits = new() { KeyLengthLimit = 64, ValueLengthLimit = Largest, ValueCountLimit = 16 };

    public static async Task<(IFormCollection Form, int? Malformed)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        // Other charsets are refused before they are looked up: UTF-7 throws.
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return (FormCollection.Empty, StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.ContentLength > Largest)
        {
            return (FormCollection.Empty, StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            return (await request.ReadFormAsync(Limits, ct), null);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return (FormCollection.Empty, exception is BadHttpRequestException refused ? refused.StatusCode : StatusCodes.Status400BadRequest);
        }
    }
}
