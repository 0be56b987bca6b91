using System.Buffers.Binary;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>Tells from the bytes of one connection what the program is doing.</summary>
internal interface ITraffic
{
    Work Classify(ReadOnlySpan<byte> piece, bool toServer);
}

/// <summary>PostgreSQL: the text of the statements says it; commits and answers belong to the statement before them.</summary>
internal sealed class DatabaseTraffic : ITraffic
{
    private volatile Work work;

    public Work Classify(ReadOnlySpan<byte> piece, bool toServer)
    {
        if (toServer)
        {
            work = piece.IndexOf("INTO facts"u8) >= 0 || piece.IndexOf("FROM facts"u8) >= 0 ? Work.Publish
                : piece.IndexOf("FROM outbox"u8) >= 0 ? Work.Dispatch
                : piece.IndexOf("INTO effects"u8) >= 0 || piece.IndexOf("INTO tallies"u8) >= 0 ? Work.Consume
                : piece.IndexOf("LISTEN"u8) >= 0 || piece.IndexOf("__EFMigrationsHistory"u8) >= 0 ? Work.Other
                : work;
        }

        return work;
    }
}

/// <summary>AMQP 0-9-1: a frame is type (1 byte), channel (2), size (4); a method frame (type 1) goes on with class (2) and method (2).</summary>
internal sealed class BrokerTraffic : ITraffic
{
    private const byte Method = 1;
    private const byte Header = 2;
    private const byte Body = 3;
    private const int Basic = 60;
    private const int Publish = 40;
    private const int Deliver = 60;
    private const int Ack = 80;

    public Work Classify(ReadOnlySpan<byte> piece, bool toServer)
    {
        if (piece.Length < 11 || piece[0] is Header or Body)
        {
            return piece.Length >= 11 ? (toServer ? Work.Dispatch : Work.Consume) : Work.Other;
        }

        return (piece[0], BinaryPrimitives.ReadUInt16BigEndian(piece[7..]), BinaryPrimitives.ReadUInt16BigEndian(piece[9..])) switch
        {
            (Method, Basic, Publish) => Work.Dispatch,
            (Method, Basic, Deliver) => Work.Consume,
            (Method, Basic, Ack) => toServer ? Work.Consume : Work.Dispatch, // From the broker it is a publisher confirm.
            _ => Work.Other,
        };
    }
}
