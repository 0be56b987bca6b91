using System.Text.Json;
using System.Text.Unicode;

namespace Gdx.LinkageAdapter.Sources.LinkageCenter2;

/// <summary>
/// Reads the answer of <c>POST /api/center/request/</c>, where a 200 may hide the failure of a service:
/// <c>{"data":[{"serviceID":1,"responseStatus":200,"responseContentType":"application/json","responseData":{…},"responseError":null,"responseTimeMs":12}],"executeTimeMs":15}</c>.
/// </summary>
public static class LinkageCenterReply
{
    /// <summary>What the service answered; a fault with status 502 where the body is not such an answer.</summary>
    public static SourceAnswer Read(byte[] body, int service)
    {
        try
        {
            return Utf8.IsValid(body) && Find(body, service) is { } answer ? answer : Unreadable;
        }
        catch (JsonException)
        {
            return Unreadable;
        }
    }

    /// <summary>A gateway's word for an answer from behind that makes no sense.</summary>
    public static readonly SourceAnswer Unreadable = new(SourceOutcome.Fault, 502);

    /// <summary>What a status means, of a service or of the whole request.</summary>
    public static SourceAnswer Of(int status) => status switch
    {
        404 => new(SourceOutcome.NotFound, status),
        429 => new(SourceOutcome.OverQuota, status),
        _ => new(SourceOutcome.Fault, status),
    };

    private static SourceAnswer? Find(byte[] body, int service)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        SourceAnswer? found = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            if (!isData || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                found ??= ReadService(body, ref reader, service);
            }
        }

        while (reader.Read())
        {
            // To the end: a body that is cut off or goes on is not believed in parts.
        }

        return found;
    }

    private static SourceAnswer? ReadService(byte[] body, ref Utf8JsonReader reader, int service)
    {
        (int? Id, int? Status, Range? Record) seen = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("serviceID"u8);
            var isStatus = reader.ValueTextEquals("responseStatus"u8);
            var isRecord = reader.ValueTextEquals("responseData"u8);
            reader.Read();
            if ((isId || isStatus) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
            {
                seen = isId ? (number, seen.Status, seen.Record) : (seen.Id, number, seen.Record);
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isRecord && isObject)
            {
                seen.Record = start..(int)reader.BytesConsumed;
            }
        }

        return seen switch
        {
            _ when seen.Id != service => null,
            { Status: 200, Record: { } record } => new(SourceOutcome.Found, 200, body.AsMemory()[record]),
            { Status: 200 } => Unreadable,
            { Status: { } status } => Of(status),
            _ => Unreadable,
        };
    }
}
