using Gdx.Entitlement.Data;

namespace Gdx.Entitlement.Features;

/// <summary>
/// Nobody checks what they made. A person (one human, however many accounts, roles and agencies: Identity sees to that) has one side of a request,
/// and is maker or checker of a right through all requests for it.
/// </summary>
public static class FourEyes
{
    /// <summary>Whether a person may act on this side.</summary>
    /// <param name="inRequest">The person's side of this request; null where there is none yet.</param>
    /// <param name="checkerOfRight">Whether the person has been checker (true) or maker (false) of the right; null where neither.</param>
    /// <param name="side">The side to act on.</param>
    public static bool MayAct(Side? inRequest, bool? checkerOfRight, Side side) =>
        (inRequest ?? side) == side && (checkerOfRight ?? Checks(side)) == Checks(side);

    public static bool Checks(Side side) => side != Side.Maker;
}
