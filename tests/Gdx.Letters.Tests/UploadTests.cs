using Google.Protobuf;
using Grpc.Core;

namespace Gdx.Letters.Tests;

public sealed class UploadTests
{
    [Theory]
    [InlineData(6, UploadEnd.Whole, "abc", "def")]
    [InlineData(6, UploadEnd.Whole, "", "abcdef", "")]
    [InlineData(0, UploadEnd.NoSize, "abc")]
    [InlineData(-1, UploadEnd.NoSize)]
    [InlineData(long.MinValue, UploadEnd.NoSize)]
    [InlineData(Upload.Largest + 1L, UploadEnd.TooLarge, "abc")]
    [InlineData(long.MaxValue, UploadEnd.TooLarge)]
    [InlineData(3, UploadEnd.Incomplete, "abcd")]
    [InlineData(5, UploadEnd.Incomplete, "abc")]
    [InlineData(5, UploadEnd.Incomplete)]
    [InlineData(6, UploadEnd.NotAPiece, "abc", null)]
    public async Task A_file_is_whole_or_it_is_none(long size, UploadEnd end, params string?[] pieces)
    {
        var (ended, file) = await Upload.ReadAsync(new Pieces(pieces), size, piece => piece is null ? null : ByteString.CopyFromUtf8(piece), TestContext.Current.CancellationToken);

        Assert.Equal(end, ended);
        Assert.Equal(end == UploadEnd.Whole ? string.Concat(pieces) : "", System.Text.Encoding.UTF8.GetString(file));
    }

    [Fact]
    public async Task More_than_the_largest_is_said_to_be_too_large_however_it_is_told()
    {
        var (ended, file) = await Upload.ReadAsync(new Pieces(["a", "b"]), Upload.Largest, _ => ByteString.CopyFrom(new byte[(Upload.Largest / 2) + 1]), TestContext.Current.CancellationToken);

        Assert.Equal((UploadEnd.TooLarge, 0), (ended, file.Length));
    }

    private sealed class Pieces(string?[] pieces) : IAsyncStreamReader<string?>
    {
        private int at = -1;

        public string? Current => pieces[at];

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(++at < pieces.Length);
    }
}
