using Gdx.Identity.Data;

namespace Gdx.Identity.Features;

/// <summary>The offices of agencies, as memberships name them.</summary>
public static class Branches
{
    /// <summary>Whether the agency has this branch. Until lists of branches can be imported no agency has any.</summary>
    public static Task<bool> ExistsAsync(IdentityDb db, Guid agency, Guid branch, CancellationToken ct)
    {
        _ = (db, agency, branch, ct);
        return Task.FromResult(false);
    }
}
