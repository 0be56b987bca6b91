using CsCheck;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>A purpose of a grant, in hours of a short day; null ends are the grant's.</summary>
public sealed record SomePurpose(int Code, int? From, int? Until, bool Case);

/// <summary>A grant in small numbers. <paramref name="Parent"/> is the place of another in the policy; one past the last is a grant that nobody knows.</summary>
public sealed record SomeGrant(
    int Agency, int Dataset, int State, int[] Fields, SomePurpose[] Purposes, int[] Channels, int From, int Until, int? Recertify, int? Parent, bool Managed, int[]? Budget);

public sealed record SomeRight(int Grant, int[] Fields, int[] Purposes);

public sealed record SomeGroup(int Agency, bool Active, SomeRight[] Rights, int[] Officers, int From, int Until, int Calls);

public sealed record SomeQuestion(int Agency, int Dataset, int? Purpose, int Channel, int At, int? Officer, bool Case);

/// <summary>A small world of grants and groups and one question, told in numbers, so that two evaluators can read it without anything in common.</summary>
public sealed record Policy(SomeGrant[] Grants, SomeGroup[] Groups, SomeQuestion Question)
{
    public const int Hours = 12;
    public const int FieldCount = 4;
    public const int PurposeCount = 3;
    public const int AgencyCount = 3;
    public const int OfficerCount = 2;

    private static readonly DateTimeOffset Start = new(2026, 2, 28, 12, 0, 0, TimeSpan.FromHours(7));
    private static readonly Gen<int> Hour = Gen.Int[0, Hours];
    private static readonly Gen<int[]> SomeFields = Gen.Shuffle(Enumerable.Range(0, FieldCount).ToArray(), 1, FieldCount);
    private static readonly Gen<int[]> AnyFields = Gen.Frequency((9, SomeFields), (1, Gen.Const(Array.Empty<int>())));
    private static readonly Gen<int[]> Channels = Gen.Frequency((6, Gen.Const(new[] { 1, 2 })), (2, Gen.Const(new[] { 1 })), (2, Gen.Const(new[] { 2 })), (1, Gen.Const(new[] { 0, 9 })));
    private static readonly Gen<int> State = Gen.Frequency((12, Gen.Const(1)), (1, Gen.Const(0)), (1, Gen.Const(2)), (1, Gen.Const(3)), (1, Gen.Const(77)));

    private static readonly Gen<(int From, int Until)> Period = Gen.Frequency(
        (6, Gen.Select(Gen.Int[0, 3], Gen.Int[8, Hours], (from, until) => (from, until))), (2, Gen.Select(Hour, Hour, (from, until) => (from, until))));

    private static readonly Gen<int[]?> Budgets = Gen.Frequency((1, Gen.Const((int[]?)null)), (2, Gen.Int[1, 500].Array[5].Select(numbers => (int[]?)numbers)));

    private static readonly Gen<SomePurpose[]> Purposes =
        from codes in Gen.Shuffle(Enumerable.Range(0, PurposeCount).ToArray(), 0, PurposeCount)
        from terms in Gen.Select(Gen.Frequency((4, Gen.Const((int?)null)), (1, Hour.Select(hour => (int?)hour))), Gen.Frequency((4, Gen.Const((int?)null)), (1, Hour.Select(hour => (int?)hour))), Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))).Array[PurposeCount]
        select codes.Select((code, i) => new SomePurpose(code, terms[i].Item1, terms[i].Item2, terms[i].Item3)).ToArray();

    private static readonly Gen<SomeGrant> Grant =
        from agency in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, AgencyCount - 1]))
        from dataset in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)))
        from state in State
        from fields in AnyFields
        from purposes in Purposes
        from channels in Channels
        from period in Period
        from recertify in Gen.Frequency((4, Gen.Const((int?)null)), (1, Hour.Select(hour => (int?)hour)))
        from managed in Gen.Bool
        from budget in Budgets
        select new SomeGrant(agency, dataset, state, fields, purposes, channels, period.From, period.Until, recertify, null, managed, budget);

    private static readonly Gen<SomeGrant[]> Loose =
        from grants in Grant.Array[0, 6]
        from parents in Gen.Frequency((3, Gen.Const(-1)), (4, Gen.Int[0, 6])).Array[6]
        select grants.Select((grant, i) => grant with { Parent = parents[i] < 0 ? null : Math.Min(parents[i], grants.Length) }).ToArray();

    // Of one chain, wide enough that something gets through it: at eight above the limit, at nine past it.
    private static readonly Gen<SomeGrant[]> Chain =
        from length in Gen.Int[2, 11]
        from grants in Grant.Array[length]
        from odd in Gen.Int[0, length * 2]
        select grants.Select((grant, i) => (i == odd ? grant : grant with { State = 1, Dataset = 0, Recertify = null, Channels = [1, 2], From = 0, Until = Hours, Purposes = [new(0, null, null, false), new(1, null, null, i == 1)], Fields = [0, 1, 2] })
            with
        { Agency = i == 0 ? 0 : 1 + (i % 2), Parent = i + 1 < length ? i + 1 : null }).ToArray();

    private static readonly Gen<SomeQuestion> Questions =
        from agency in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Int[0, AgencyCount - 1]))
        from dataset in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)))
        from purpose in Gen.Frequency((1, Gen.Const((int?)null)), (5, Gen.Int[0, PurposeCount].Select(code => (int?)code)))
        from channel in Gen.Frequency((6, Gen.Const(1)), (6, Gen.Const(2)), (1, Gen.Const(0)), (1, Gen.Const(9)))
        from at in Gen.Int[0, Hours - 1]
        from officer in Gen.Frequency((1, Gen.Const((int?)null)), (2, Gen.Int[0, OfficerCount - 1].Select(person => (int?)person)))
        from file in Gen.Bool
        select new SomeQuestion(agency, dataset, purpose, channel, at, officer, file);

    private static Gen<SomeGroup[]> GroupsOver(int grants) =>
        (from agency in Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[0, AgencyCount - 1]))
         from active in Gen.Frequency((8, Gen.Const(true)), (1, Gen.Const(false)))
         from rights in Gen.Select(Gen.Int[0, Math.Max(0, grants - 1)], AnyFields, Gen.Shuffle(Enumerable.Range(0, PurposeCount).ToArray(), 0, PurposeCount), (grant, fields, purposes) => new SomeRight(grant, fields, purposes)).Array[0, 4]
         from officers in Gen.Shuffle(Enumerable.Range(0, OfficerCount).ToArray(), 0, OfficerCount)
         from period in Period
         from calls in Gen.Int[1, 500]
         select new SomeGroup(agency, active, rights, officers, period.From, period.Until, calls)).Array[0, 4];

    public static Gen<Policy> Any { get; } =
        from grants in Gen.Frequency((3, Loose), (1, Chain))
        from groups in GroupsOver(grants.Length)
        from question in Questions
        select new Policy(grants, groups, question);

    public static Guid GrantId(int at) => new(at + 1, 1, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    public static Guid GroupId(int at) => new(at + 1, 2, 0, [0, 0, 0, 0, 0, 0, 0, 2]);

    public static Guid AgencyId(int at) => new(at + 1, 3, 0, [0, 0, 0, 0, 0, 0, 0, 3]);

    public static Guid OfficerId(int at) => new(at + 1, 4, 0, [0, 0, 0, 0, 0, 0, 0, 4]);

    public static string Field(int at) => $"field{at}";

    public static string Purpose(int at) => $"purpose.{at}";

    public static DateTimeOffset Instant(int hour) => Start.AddHours(hour);

    public Question Asked => new(AgencyId(Question.Agency), Dataset(Question.Dataset), "1", Question.Purpose is { } code ? Purpose(code) : null, (Channel)Question.Channel, Instant(Question.At))
    {
        Officer = Question.Officer is { } person ? OfficerId(person) : null,
        Case = Question.Case ? "1/2569" : null,
    };

    public Snapshot Snapshot()
    {
        var builder = Gdx.Entitlement.Decisions.Snapshot.Empty.Edit();
        for (var i = 0; i < Grants.Length; i++)
        {
            var grant = Grants[i];
            builder.Add(new Grant
            {
                Id = GrantId(i),
                Revision = i + 1,
                State = (GrantState)grant.State,
                AgencyId = AgencyId(grant.Agency),
                DatasetId = Dataset(grant.Dataset),
                Version = "1",
                Fields = [.. grant.Fields.Select(Field)],
                Purposes = [.. grant.Purposes.Select(terms => new PurposeTerms(Purpose(terms.Code))
                {
                    ValidFrom = terms.From is { } from ? Instant(from) : null,
                    ValidUntil = terms.Until is { } until ? Instant(until) : null,
                    CaseRequired = terms.Case,
                })],
                Channels = [.. grant.Channels.Select(channel => (Channel)channel)],
                ValidFrom = Instant(grant.From),
                ValidUntil = Instant(grant.Until),
                RecertifyBy = grant.Recertify is { } hour ? Instant(hour) : null,
                ParentId = grant.Parent is { } parent ? GrantId(parent) : null,
                OfficersManaged = grant.Managed,
                Budget = grant.Budget is [var a, var b, var c, var d, var e] ? new(a, b, c, d, e) : null,
            });
        }

        for (var i = 0; i < Groups.Length; i++)
        {
            var group = Groups[i];
            builder.Add(new OfficerGroup
            {
                Id = GroupId(i),
                Revision = i + 1,
                AgencyId = AgencyId(group.Agency),
                Active = group.Active,
                Rights = [.. group.Rights.Select(right => new GroupRight(GrantId(right.Grant), [.. right.Fields.Select(Field)], [.. right.Purposes.Select(Purpose)]))],
                OfficerIds = [.. group.Officers.Select(OfficerId)],
                ValidFrom = Instant(group.From),
                ValidUntil = Instant(group.Until),
                CallsPerOfficerAndDay = group.Calls,
            });
        }

        return builder.Build();
    }

    private static string Dataset(int at) => at == 0 ? "dopa.person" : "dopa.house";
}
