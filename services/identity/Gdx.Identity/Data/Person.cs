using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A human, once in the whole exchange, whichever agencies name them. Evidence, logs and traces hold the id, never the number.</summary>
public sealed class Person
{
    public Guid Id { get; init; }

    /// <summary>HMAC-SHA-256 of the citizen number's 13 digits under the subject key.</summary>
    public required byte[] CitizenIdHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> entity) => entity.HasIndex(person => person.CitizenIdHash).IsUnique();
    }
}
