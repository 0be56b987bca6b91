using System.Globalization;
using Gdx.Letters;
using Gdx.ServiceDefaults;
using Google.Protobuf;
using Grpc.Core;

namespace Gdx.Identity.Features;

/// <summary>A file that comes in pieces. It is held in memory until it is whole; what breaks off is kept nowhere.</summary>
public static class Upload
{
    /// <summary>The first message, which says what comes.</summary>
    public static async Task<T> FirstAsync<T>(IAsyncStreamReader<T> stream, CancellationToken ct)
        where T : class => await stream.MoveNext(ct) ? stream.Current : throw Problems.Invalid("start", "must be the first message");

    /// <summary>The rest of the messages as one file of the size that was told; <paramref name="chunk"/> takes the bytes of a message, or null where it has none.</summary>
    public static async Task<byte[]> RestAsync<T>(IAsyncStreamReader<T> stream, long size, Func<T, ByteString?> chunk, CancellationToken ct) =>
        await Letters.Upload.ReadAsync(stream, size, chunk, ct) switch
        {
            (UploadEnd.Whole, var file) => file,
            (UploadEnd.NoSize, _) => throw Problems.Invalid("start.size", "must be the number of bytes, at least 1"),
            (UploadEnd.NotAPiece, _) => throw Problems.Invalid("chunk", "must follow the first message, and nothing else"),
            (UploadEnd.TooLarge, _) => throw TooLarge(),
            _ => throw Incomplete(),
        };

    private static RpcException TooLarge() => Problems.Rpc(StatusCode.InvalidArgument, "identity.upload.too_large",
        string.Create(CultureInfo.InvariantCulture, $"The file is larger than {Letters.Upload.Largest / 1024 / 1024} MB."));

    private static RpcException Incomplete() => Problems.Rpc(StatusCode.InvalidArgument, "identity.upload.incomplete", "The file that arrived has not the size that was told. Send it again.");
}
