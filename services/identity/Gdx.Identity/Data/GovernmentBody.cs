using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A body that the operator knows to be of the government, and from which mail domains it writes.</summary>
public sealed class GovernmentBody
{
    public required string JuristicId { get; init; }

    public required string NameTh { get; set; }

    public required string NameEn { get; set; }

    public AgencyKind Kind { get; set; }

    /// <summary>Lower case.</summary>
    public List<string> MailDomains { get; set; } = [];

    public string? CentralJuristicId { get; set; }

    public DateTimeOffset PutAt { get; set; }

    public Guid PutBy { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<GovernmentBody>
    {
        public void Configure(EntityTypeBuilder<GovernmentBody> entity)
        {
            entity.ToTable("government_bodies");
            entity.HasKey(body => body.JuristicId);
            entity.Property(body => body.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.Property(body => body.NameTh).HasMaxLength(200);
            entity.Property(body => body.NameEn).HasMaxLength(200);
            entity.Property(body => body.Kind).HasConversion<string>().HasMaxLength(32);
            entity.Property(body => body.CentralJuristicId).HasMaxLength(13).IsFixedLength();
        }
    }
}
