using CsCheck;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>What is handed on can only shrink, whatever happened before.</summary>
public sealed class DelegationTests
{
    private static readonly int Histories = TestEnvironment.TestEnvironment.Full ? 20_000 : 2_000;
    private const int Deepest = 9;

    // What is done to the grant at a place of a line, each grant in the hands of another agency: 0 is the central one's, each next hangs on the one before.
    private static readonly Gen<(int Place, int Act, SomeGrant Terms)> Acts =
        from place in Gen.Int[0, Deepest]
        from act in Gen.Int[0, 3]
        from policy in Policy.Any.Where(policy => policy.Grants.Length > 0)
        select (place, act, policy.Grants[0]);

    [Fact]
    public void A_grant_allows_nothing_that_the_one_above_it_does_not_allow_in_any_state_of_any_history()
    {
        var compared = 0;
        Gen.Select(Acts.Array[1, 25], Gen.Int).Sample((history, seed) =>
        {
            var random = new Random(seed);
            var (snapshot, revision) = (Snapshot.Empty, 0L);
            foreach (var place in Enumerable.Range(0, Deepest + 1))
            {
                snapshot = snapshot.With(Open(place, ++revision));
            }

            foreach (var (place, act, terms) in history)
            {
                var now = snapshot.Find(Policy.GrantId(place))!;
                snapshot = snapshot.With(act switch
                {
                    0 => now with { Revision = ++revision, State = GrantState.Suspended },
                    1 => now with { Revision = ++revision, State = (GrantState)terms.State, Budget = terms.Budget is [var a, var b, var c, var d, var e] ? new(a, b, c, d, e) : null },
                    2 => Open(place, ++revision) with { ValidFrom = Policy.Instant(terms.From), ValidUntil = Policy.Instant(terms.Until), Fields = [.. terms.Fields.Select(Policy.Field)] },
                    _ => now with
                    {
                        Revision = random.Next(2) == 0 ? ++revision : 1, // An old version that arrives late changes nothing.
                        Purposes = [.. terms.Purposes.Select(one => new PurposeTerms(Policy.Purpose(one.Code)) { CaseRequired = one.Case, ValidUntil = one.Until is { } hour ? Policy.Instant(hour) : null })],
                    },
                });
                for (var i = 0; i < 4; i++)
                {
                    var (child, hour, purpose, file) = (random.Next(1, Deepest + 1), random.Next(Policy.Hours), random.Next(2), random.Next(2) == 0);
                    var (below, above) = (Ask(snapshot, child, hour, purpose, file), Ask(snapshot, child - 1, hour, purpose, file));
                    if (below.IsAllowed)
                    {
                        Interlocked.Increment(ref compared);
                        Assert.True(above.IsAllowed, $"{child} allows at {hour}, the one above says {above.Reason}");
                        Assert.Empty(below.Fields.Except(above.Fields));
                        Assert.Equal(below.Budget, below.Budget!.Within(above.Budget!));
                    }
                }
            }
        }, iter: Histories);

        Assert.True(compared > Histories, $"Only {compared} allowed calls were compared.");
    }

    [Fact]
    public void A_grant_whose_parent_is_revoked_says_no_more_than_that_what_it_hangs_on_is_not_in_force()
    {
        var snapshot = Snapshot.Empty.With(Open(0, 1)).With(Open(1, 2)).With(Open(2, 3));
        Assert.True(Ask(snapshot, 2, 3, 0, true).IsAllowed);

        var decision = Ask(snapshot.With(Open(0, 4) with { State = GrantState.Revoked }), 2, 3, 0, true);

        Assert.Equal(("entitlement.delegation.not_in_force", (Guid?)Policy.GrantId(2)), (decision.Reason, decision.GrantId));
    }

    [Fact]
    public void Eight_grants_may_stand_above_one_and_nine_may_not()
    {
        var snapshot = Enumerable.Range(0, Deepest + 1).Aggregate(Snapshot.Empty, (current, place) => current.With(Open(place, place + 1)));

        Assert.True(Ask(snapshot, 8, 3, 0, true).IsAllowed);
        Assert.Equal(DecisionCode.DelegationNotInForce, Ask(snapshot, 9, 3, 0, true).Code);
    }

    [Fact]
    public void Grants_that_hang_on_each_other_in_a_circle_open_nothing()
    {
        var snapshot = Snapshot.Empty.With(Open(0, 1) with { ParentId = Policy.GrantId(1) }).With(Open(1, 2));

        Assert.Equal(DecisionCode.DelegationNotInForce, Ask(snapshot, 1, 3, 0, true).Code);
    }

    [Fact]
    public void The_same_versions_give_the_same_list_of_fields()
    {
        var snapshot = Snapshot.Empty.With(Open(0, 1) with { Fields = ["field0"] }).With(Open(1, 2));
        var first = Ask(snapshot, 1, 3, 0, true).Fields;

        Assert.Equal(["field0"], first);
        Assert.Same(first, Ask(snapshot, 1, 4, 1, true).Fields);
        Assert.Same(first, Ask(snapshot.With(Open(5, 3)), 1, 3, 0, true).Fields);
        Assert.NotSame(first, Ask(snapshot.With(Open(0, 4)), 1, 3, 0, true).Fields);
    }

    private static Decision Ask(Snapshot snapshot, int place, int hour, int purpose, bool file) =>
        Decide.Evaluate(snapshot, new(Policy.AgencyId(place), "dopa.person", "1", Policy.Purpose(purpose), Channel.Api, Policy.Instant(hour)) { Case = file ? "1/2569" : null });

    private static Grant Open(int place, long revision) => new()
    {
        Id = Policy.GrantId(place),
        Revision = revision,
        State = GrantState.Active,
        AgencyId = Policy.AgencyId(place),
        DatasetId = "dopa.person",
        Version = "1",
        Fields = ["field0", "field1", "field2"],
        Purposes = [new("purpose.0"), new("purpose.1")],
        Channels = [Channel.Api],
        ValidFrom = Policy.Instant(0),
        ValidUntil = Policy.Instant(Policy.Hours),
        ParentId = place == 0 ? null : Policy.GrantId(place - 1),
    };
}
