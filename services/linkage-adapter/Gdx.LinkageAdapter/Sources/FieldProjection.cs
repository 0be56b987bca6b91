using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Unicode;

namespace Gdx.LinkageAdapter.Sources;

/// <summary>
/// Copies the granted fields of a record and nothing else. Values are copied as the source wrote them, byte for byte: a number of 13 digits
/// stays that number, an unknown date stays 0, escapes stay escapes. A field that the source has added since is not granted, so it is dropped.
/// </summary>
public static class FieldProjection
{
    private const int LongestName = 128; // The dictionary's names are at most 64; a longer key is nobody's field.

    /// <summary>Writes <c>{…}</c> with the granted fields in the source's order. <paramref name="record"/> is a valid JSON object.</summary>
    public static ReadOnlyMemory<byte> Project(ReadOnlySpan<byte> record, FrozenSet<string> granted)
    {
        var fields = granted.GetAlternateLookup<ReadOnlySpan<char>>();
        var output = new ArrayBufferWriter<byte>(Math.Min(record.Length, 4096) + 2);
        Span<char> name = stackalloc char[LongestName];
        var reader = new Utf8JsonReader(record);
        reader.Read();
        output.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)reader.TokenStartIndex;
            var nameEnd = (int)reader.BytesConsumed; // Behind the colon.
            var isGranted = TryName(ref reader, name, out var length) && fields.Contains(name[..length]);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!isGranted)
            {
                continue;
            }

            if (output.WrittenCount > 1)
            {
                output.Write(","u8);
            }

            output.Write(record[nameStart..nameEnd]);
            output.Write(record[valueStart..(int)reader.BytesConsumed]);
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private static bool TryName(ref Utf8JsonReader reader, scoped Span<char> name, out int length)
    {
        length = 0;
        if (reader.ValueSpan.Length > LongestName)
        {
            return false;
        }

        if (reader.ValueIsEscaped)
        {
            length = reader.CopyString(name);
            return true;
        }

        return Utf8.ToUtf16(reader.ValueSpan, name, out _, out length) == OperationStatus.Done;
    }
}
