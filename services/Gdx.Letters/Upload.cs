using Google.Protobuf;
using Grpc.Core;

namespace Gdx.Letters;

/// <summary>How the reading of an upload ended.</summary>
public enum UploadEnd
{
    /// <summary>The file is there, with the size that was told.</summary>
    Whole,

    /// <summary>The size that was told is none.</summary>
    NoSize,

    /// <summary>A message in between was no piece of the file.</summary>
    NotAPiece,

    TooLarge,

    /// <summary>What arrived has another size than was told.</summary>
    Incomplete,
}

/// <summary>A file that comes in pieces. It is held in memory until it is whole; what breaks off is kept nowhere. Each service says with codes of its own what was wrong.</summary>
public static class Upload
{
    public const int Largest = 10 * 1024 * 1024; // A scanned letter of some pages, or a list of 10,000 rows, many times over.

    /// <summary>The messages after the first as one file of the size that was told; <paramref name="piece"/> takes the bytes of a message, or null where it has none.</summary>
    public static async Task<(UploadEnd End, byte[] File)> ReadAsync<T>(IAsyncStreamReader<T> stream, long size, Func<T, ByteString?> piece, CancellationToken ct)
    {
        if (size is < 1 or > Largest)
        {
            return (size > Largest ? UploadEnd.TooLarge : UploadEnd.NoSize, []);
        }

        var (file, filled) = (new byte[size], 0);
        while (await stream.MoveNext(ct))
        {
            if (piece(stream.Current) is not { } bytes)
            {
                return (UploadEnd.NotAPiece, []);
            }

            if (bytes.Length > size - filled)
            {
                return (filled + (long)bytes.Length > Largest ? UploadEnd.TooLarge : UploadEnd.Incomplete, []);
            }

            bytes.CopyTo(file, filled);
            filled += bytes.Length;
        }

        return filled == size ? (UploadEnd.Whole, file) : (UploadEnd.Incomplete, []);
    }
}
