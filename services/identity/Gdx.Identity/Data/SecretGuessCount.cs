using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>How many wrong secrets one client, or one network address, has seen within the hour.</summary>
public sealed class SecretGuessCount
{
    /// <summary>The client's id, or the address.</summary>
    [MaxLength(64)]
    public required string Target { get; init; }

    public long Count { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>When the operator was last told.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<SecretGuessCount>
    {
        public void Configure(EntityTypeBuilder<SecretGuessCount> entity)
        {
            entity.HasKey(guesses => guesses.Target);
            entity.HasIndex(guesses => guesses.Since);
        }
    }
}
