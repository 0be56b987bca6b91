using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>How often an address was turned away in a minute: in numbers only, so that an outsider cannot fill the evidence.</summary>
public sealed class RefusedCallers
{
    /// <summary>Start of the minute.</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary><c>client.unknown</c>, <c>client.inactive</c> or <c>rate.exceeded</c>.</summary>
    [MaxLength(32)]
    public required string Reason { get; init; }

    /// <summary>Network address of the caller, the id of a known client, or <c>others</c> once a minute has seen too many.</summary>
    [MaxLength(64)]
    public required string Caller { get; init; }

    public required long Count { get; init; }

    internal static void Configure(EntityTypeBuilder<RefusedCallers> entity) =>
        entity.HasKey(refused => new { refused.Minute, refused.Reason, refused.Caller });
}
