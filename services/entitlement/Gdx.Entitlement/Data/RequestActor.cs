using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>On whose side somebody acts on a request.</summary>
public enum Side
{
    /// <summary>The asking agency's: whoever wrote, attached, handed in, narrowed, or took one of its steps.</summary>
    Maker = 1,

    /// <summary>The owner's, the Bureau's or the central agency's; also the operator who records from paper what it answered.</summary>
    Owner = 2,

    /// <summary>The operator's own decision.</summary>
    Operator = 3,
}

/// <summary>Who acted on a request. The primary key gives a person one side of a request, the foreign key one side of the right.</summary>
public sealed class RequestActor
{
    public required Guid RequestId { get; init; }

    public required Guid PersonId { get; init; }

    public required Guid LineageId { get; init; }

    public required Side Side { get; init; }

    /// <summary>Everybody but makers.</summary>
    public required bool Checker { get; init; }
}

/// <summary>Who acted on a right, in any of the requests for it: maker or checker, never both.</summary>
public sealed class RightActor
{
    public required Guid LineageId { get; init; }

    public required Guid PersonId { get; init; }

    public required bool Checker { get; init; }
}

internal sealed class RequestActorTable : IEntityTypeConfiguration<RequestActor>, IEntityTypeConfiguration<RightActor>
{
    public void Configure(EntityTypeBuilder<RequestActor> entity)
    {
        entity.ToTable("request_actors", table => table.HasCheckConstraint("ck_request_actors_side", "checker = (side <> 'Maker')"));
        entity.HasKey(actor => new { actor.RequestId, actor.PersonId });
        entity.Property(actor => actor.Side).HasConversion<string>().HasMaxLength(16);
        entity.HasOne<AccessRequest>().WithMany().HasForeignKey(actor => new { actor.RequestId, actor.LineageId }).HasPrincipalKey(request => new { request.Id, request.LineageId });
        entity.HasOne<RightActor>().WithMany().HasForeignKey(actor => new { actor.LineageId, actor.PersonId, actor.Checker }).HasPrincipalKey(actor => new { actor.LineageId, actor.PersonId, actor.Checker })
            .OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<RightActor> entity)
    {
        entity.ToTable("right_actors");
        entity.HasKey(actor => new { actor.LineageId, actor.PersonId });
        entity.HasAlternateKey(actor => new { actor.LineageId, actor.PersonId, actor.Checker });
    }
}
