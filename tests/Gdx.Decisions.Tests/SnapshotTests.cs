using CsCheck;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>Against a model that simply walks every version it was ever given.</summary>
public sealed class SnapshotTests
{
    private const int Iterations = 20_000; // Under a second in all; a hundred miss the rarer ties.
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Agencies = [Guid.CreateVersion7(), Guid.CreateVersion7()];
    private static readonly Guid[] Ids = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
    private static readonly string[] Purposes = ["a.one", "b.two"];
    private static readonly string[] Fields = ["firstName", "lastName", "age"];

    private static readonly Gen<Grant> Grants =
        from id in Gen.OneOf(Ids)
        from revision in Gen.Long[1, 12]
        from revoked in Gen.Bool
        from fields in Gen.Shuffle(Fields, 0, Fields.Length)
        from purposes in Gen.Shuffle(Purposes, 0, Purposes.Length)
        from channels in Gen.Shuffle(new[] { Channel.Api, Channel.Web, Channel.Unspecified }, 0, 3)
        from begin in Gen.Int[0, 10]
        from length in Gen.Int[0, 10]
        select new Grant
        {
            Id = id,
            Revision = revision,
            State = revoked ? GrantState.Revoked : GrantState.Active,
            // The key follows from id and revision, so that a grant also moves between keys.
            AgencyId = Agencies[(Array.IndexOf(Ids, id) + revision) % 5 == 0 ? 1 : 0],
            DatasetId = "dopa.person",
            Version = "1",
            Fields = fields,
            Purposes = [.. purposes.Select(code => new PurposeTerms(code))],
            Channels = channels,
            ValidFrom = Start.AddHours(begin),
            ValidUntil = Start.AddHours(begin + length),
        };

    private static readonly Gen<Question> Questions =
        from agency in Gen.OneOf(Agencies)
        from purpose in Gen.OneOf<string?>(null, "a.one", "b.two", "c.three")
        from channel in Gen.OneOf(Channel.Unspecified, Channel.Api)
        from hour in Gen.Int[0, 21]
        select new Question(agency, "dopa.person", "1", purpose, channel, Start.AddHours(hour));

    // One version per (grant, revision): a revision is never used twice.
    private static readonly Gen<Grant[]> Histories = Grants.Array[0, 20].Select(versions => versions.DistinctBy(grant => (grant.Id, grant.Revision)).ToArray());

    [Fact]
    public void The_order_of_arrival_and_repeats_do_not_matter() =>
        Gen.Select(Histories, Gen.Int, Questions).Sample((history, seed, question) =>
        {
            var other = history.Concat(history).ToArray();
            new Random(seed).Shuffle(other);

            var (one, two) = (Build(history), Build(other));

            var (first, second) = (Decide.Evaluate(one, question), Decide.Evaluate(two, question));
            return one.Count == two.Count && first.Code == second.Code && first.GrantId == second.GrantId && first.Purpose == second.Purpose;
        }, iter: Iterations);

    [Fact]
    public void Allowed_means_that_the_newest_version_of_a_grant_says_so_in_every_respect() =>
        Gen.Select(Histories, Questions).Sample((history, question) =>
        {
            var allowing = Newest(history).Where(grant => Allows(grant, question)).ToList();

            var decision = Decide.Evaluate(Build(history), question);

            return decision.IsAllowed == (allowing.Count > 0)
                && (!decision.IsAllowed || allowing.Max(grant => grant.Fields.Count) == decision.Fields.Count)
                && (!decision.IsAllowed || allowing.Single(grant => grant.Id == decision.GrantId).Purposes.Any(terms => terms.Code == decision.Purpose))
                && (decision.IsAllowed || (decision.Fields.Count == 0 && decision.Purpose is null));
        }, iter: Iterations);

    [Fact]
    public void No_grant_means_that_there_is_none_with_fields() =>
        Gen.Select(Histories, Questions).Sample((history, question) =>
            (Decide.Evaluate(Build(history), question).Code == DecisionCode.NoGrant) == !Newest(history).Any(grant => grant.AgencyId == question.AgencyId && grant.Fields.Count > 0), iter: Iterations);

    [Fact]
    public void An_older_version_changes_nothing() =>
        Histories.Sample(history =>
        {
            var snapshot = Build(history);
            return history.All(version => ReferenceEquals(snapshot, snapshot.With(version)));
        }, iter: Iterations);

    [Fact]
    public void A_snapshot_in_use_is_not_changed_by_what_comes_after() =>
        Gen.Select(Histories, Histories, Questions).Sample((before, after, question) =>
        {
            var snapshot = Build(before);
            var first = Decide.Evaluate(snapshot, question);
            _ = after.Aggregate(snapshot, (current, grant) => current.With(grant));
            return Decide.Evaluate(snapshot, question).GrantId == first.GrantId && snapshot.Count == Newest(before).Count();
        }, iter: Iterations);

    private static readonly Gen<OfficerGroup[]> GroupHistories =
        (from id in Gen.OneOf(Ids)
         from revision in Gen.Long[1, 12]
         from active in Gen.Bool
         from officers in Gen.Shuffle(Ids, 0, Ids.Length)
         select new OfficerGroup
         {
             Id = id,
             Revision = revision,
             AgencyId = Agencies[0],
             Active = active,
             Rights = [],
             OfficerIds = officers,
             ValidFrom = Start,
             ValidUntil = Start.AddHours(1),
             CallsPerOfficerAndDay = 150,
         }).Array[0, 20].Select(versions => versions.DistinctBy(group => (group.Id, group.Revision)).ToArray());

    [Fact]
    public void Of_a_group_the_newest_version_counts_for_its_officers_and_for_nobody_else() =>
        Gen.Select(GroupHistories, Gen.Int).Sample((history, seed) =>
        {
            var other = history.Concat(history).ToArray();
            new Random(seed).Shuffle(other);
            var newest = history.GroupBy(group => group.Id).Select(versions => versions.MaxBy(group => group.Revision)!).ToList();

            var snapshot = other.Aggregate(Snapshot.Empty, (current, group) => current.With(group));

            return snapshot.GroupCount == newest.Count
                && newest.TrueForAll(group => ReferenceEquals(snapshot.FindGroup(group.Id), group))
                && Ids.All(officer => snapshot.GroupsOf(officer).ToArray().ToHashSet().SetEquals(newest.Where(group => group.OfficerIds.Contains(officer))));
        }, iter: Iterations);

    [Fact]
    public void Tens_of_thousands_of_grants_and_groups_are_all_found_again_however_they_were_added()
    {
        const int Count = 20_000; // Dozens of parts of the tables.
        var versions = Enumerable.Range(0, Count).Select(i => new Grant
        {
            Id = Guid.CreateVersion7(),
            Revision = i + 1,
            State = GrantState.Active,
            AgencyId = Guid.CreateVersion7(),
            DatasetId = "dopa.person",
            Version = "1",
            Fields = Fields,
            Purposes = [new("a.one")],
            Channels = [Channel.Api],
            ValidFrom = Start,
            ValidUntil = Start.AddHours(1),
        }).ToList();
        var officers = Enumerable.Range(0, 500).Select(_ => Guid.CreateVersion7()).ToList();
        var groups = officers.Select((officer, i) => new OfficerGroup
        {
            Id = Guid.CreateVersion7(),
            Revision = i + 1,
            AgencyId = versions[i].AgencyId,
            Active = true,
            Rights = [],
            OfficerIds = [officer, officer, officers[0]],
            ValidFrom = Start,
            ValidUntil = Start.AddHours(1),
            CallsPerOfficerAndDay = 1,
        }).ToList();

        var builder = Snapshot.Empty.Edit();
        versions[..(Count / 2)].ForEach(grant => builder.Add(grant));
        groups.ForEach(group => builder.Add(group));
        var half = builder.Build();
        var whole = versions[(Count / 2)..].Aggregate(half, (current, grant) => current.With(grant));

        Assert.Equal((Count / 2, Count), (half.Count, whole.Count));
        Assert.All(versions, grant => Assert.Same(grant, whole.Find(grant.Id)));
        Assert.All(versions, grant => Assert.Same(grant, whole.For(grant.AgencyId, "dopa.person", "1")[0]));
        Assert.All(versions[(Count / 2)..], grant => Assert.Null(half.Find(grant.Id)));
        Assert.All(officers[1..], officer => Assert.Equal(1, whole.GroupsOf(officer).Length));
        Assert.Equal(500, whole.GroupsOf(officers[0]).Length);
        Assert.Equal(499, whole.With(groups[7] with { Revision = 1_000, OfficerIds = [] }).GroupsOf(officers[0]).Length);
        Assert.Equal(500, whole.GroupsOf(officers[0]).Length);
    }

    private static Snapshot Build(IEnumerable<Grant> history) => history.Aggregate(Snapshot.Empty, (snapshot, grant) => snapshot.With(grant));

    private static IEnumerable<Grant> Newest(IEnumerable<Grant> history) => history.GroupBy(grant => grant.Id).Select(versions => versions.MaxBy(grant => grant.Revision)!);

    private static bool Allows(Grant grant, Question question) =>
        grant.AgencyId == question.AgencyId && grant.State == GrantState.Active && grant.Fields.Count > 0
        && grant.ValidFrom <= question.At && question.At < grant.ValidUntil
        && question.Channel != Channel.Unspecified && grant.Channels.Contains(question.Channel)
        && grant.Purposes.Any(terms => terms.Code == question.Purpose);
}
