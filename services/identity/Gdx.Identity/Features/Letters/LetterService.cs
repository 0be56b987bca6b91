using System.Linq.Expressions;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Letters: the PDFs of an application; whoever sees the application sees them.</summary>
public sealed partial class LetterService(IdentityDb db, TimeProvider clock) : Contracts.V1.Letters.LettersBase
{
    /// <summary>A letter without its bytes.</summary>
    public static readonly Expression<Func<Letter, DescribedLetter>> Described =
        letter => new(letter.Id, letter.ApplicationId, letter.Name, letter.Size, letter.Sha256, letter.AttachedAt, letter.AttachedBy);
}

/// <summary>What is known of a letter beside its bytes.</summary>
public sealed record DescribedLetter(Guid Id, Guid ApplicationId, string Name, int Size, byte[] Sha256, DateTimeOffset AttachedAt, Guid AttachedBy)
{
    public AttachedLetter Answer() => new()
    {
        Id = Id.ToString(),
        ApplicationId = ApplicationId.ToString(),
        Name = Name,
        Size = Size,
        Sha256 = ByteString.CopyFrom(Sha256),
        AttachedAt = AttachedAt.ToTimestamp(),
        AttachedBy = AttachedBy.ToString(),
    };
}
