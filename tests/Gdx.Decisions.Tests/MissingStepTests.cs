using CsCheck;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>Doing what the explanation proposes turns a refusal around, and doing less does not.</summary>
public sealed class MissingStepTests
{
    private static readonly int Policies = TestEnvironment.TestEnvironment.Full ? 100_000 : 10_000;
    private static readonly Guid NewGrant = Guid.Parse("ffffffff-0000-7000-8000-000000000001");
    private static readonly Guid NewOfficer = Guid.Parse("ffffffff-0000-7000-8000-000000000002");

    // An agency hands grants on to others, not to itself.
    private static readonly Gen<Policy> Worlds = Policy.Any.Select(policy => policy with
    {
        Grants = [.. policy.Grants.Select(grant => grant.Parent is { } parent && parent < policy.Grants.Length && policy.Grants[parent].Agency == policy.Question.Agency ? grant with { Parent = null } : grant)],
    });

    [Fact]
    public void All_steps_together_open_and_no_fewer_of_them_do()
    {
        var (refused, lengths) = (0, new int[10]);
        Worlds.Sample(policy =>
        {
            var (snapshot, asked) = (policy.Snapshot(), policy.Asked);
            var missing = Decide.Explain(snapshot, asked).Missing;
            if (missing.Count == 0)
            {
                return;
            }

            Interlocked.Increment(ref refused);
            Interlocked.Increment(ref lengths[missing.Count]);
            for (var chosen = 0; chosen < 1 << missing.Count; chosen++)
            {
                var done = missing.Where((_, i) => (chosen & (1 << i)) != 0).ToList();
                var (after, again) = Do(snapshot, asked, done);
                var decision = Decide.Evaluate(after, again);
                var all = done.Count == missing.Count;
                Assert.True(decision.IsAllowed == all, $"With {string.Join(", ", done.Select(step => step.Kind))} of {string.Join(", ", missing)}: {decision.Reason}");
            }
        }, iter: Policies, print: policy => System.Text.Json.JsonSerializer.Serialize(policy));

        // The policies are not all alike: some lack one thing, some several.
        Assert.True(refused > Policies / 4 && lengths[1] > 0 && lengths[2] > 0 && lengths[3] > 0, string.Join(" ", lengths));
    }

    [Fact]
    public void Every_step_is_said_in_both_languages()
    {
        foreach (var kind in Enum.GetValues<MissingKind>())
        {
            var step = new MissingStep(kind) { Until = new DateTimeOffset(2024, 2, 29, 17, 0, 0, TimeSpan.Zero), Purpose = "tax.audit", Channel = Channel.Web };
            Assert.Contains(step.Thai, character => character is >= 'ก' and <= '๛');
            Assert.DoesNotContain(step.English, character => character > '~');
        }

        var wait = new MissingStep(MissingKind.WaitUntil) { Until = new DateTimeOffset(2024, 2, 29, 17, 0, 0, TimeSpan.Zero) };
        Assert.Equal("รอถึง 1 มีนาคม 2567 เวลา 00:00:00 น.", wait.Thai);
        Assert.Equal("Wait until 1 March 2024, 00:00:00 Thai time.", wait.English);
    }

    private static (Snapshot Snapshot, Question Question) Do(Snapshot snapshot, Question asked, IReadOnlyList<MissingStep> steps)
    {
        var revision = 1_000L;
        var renewed = new Dictionary<Guid, Guid>();
        // What makes a grant, and how the call is made, comes before what is done to that grant.
        foreach (var step in steps.OrderBy(step => step.Kind is MissingKind.NamePurpose ? 0 : step.Kind is MissingKind.AskForGrant or MissingKind.AskForPurpose or MissingKind.Renew ? 1 : 2))
        {
            var id = step.GrantId is { } old ? renewed.GetValueOrDefault(old, old) : NewGrant;
            var grant = snapshot.Find(id);
            switch (step.Kind)
            {
                case MissingKind.WaitUntil:
                    asked = asked with { At = step.Until!.Value };
                    break;
                case MissingKind.NamePurpose:
                    asked = asked with { Purpose = step.Purpose ?? "x.new" };
                    break;
                case MissingKind.NameCase:
                    asked = asked with { Case = "1/2569" };
                    break;
                case MissingKind.UseChannel:
                    asked = asked with { Channel = step.Channel };
                    break;
                case MissingKind.AskForGrant or MissingKind.AskForPurpose:
                    snapshot = snapshot.With(Wide(new()
                    {
                        Id = NewGrant,
                        Revision = 1,
                        State = GrantState.Active,
                        AgencyId = asked.AgencyId,
                        DatasetId = asked.DatasetId,
                        Version = asked.Version,
                        Fields = ["field0"],
                        Purposes = [new(asked.Purpose ?? "x.new")],
                        Channels = [],
                        ValidFrom = default,
                        ValidUntil = default,
                    }));
                    break;
                case MissingKind.Renew:
                    var next = new Guid(BitConverter.ToInt32(id.ToByteArray(), 0), 9, 9, [9, 9, 9, 9, 9, 9, 9, 9]);
                    renewed[id] = next;
                    snapshot = snapshot.With(grant! with
                    {
                        Id = next,
                        State = GrantState.Active,
                        RecertifyBy = null,
                        ValidFrom = DateTimeOffset.MinValue,
                        ValidUntil = DateTimeOffset.MaxValue,
                        Purposes = [.. grant.Purposes.Select(terms => terms with { ValidFrom = null, ValidUntil = null })],
                    });
                    break;
                case MissingKind.LiftSuspension:
                    snapshot = snapshot.With(grant! with { Revision = ++revision, State = GrantState.Active });
                    break;
                case MissingKind.Recertify:
                    snapshot = snapshot.With(grant! with { Revision = ++revision, RecertifyBy = null });
                    break;
                case MissingKind.RestoreDelegation:
                    snapshot = Restore(snapshot, grant!, ref revision);
                    break;
                case MissingKind.AskAsOfficer:
                    asked = asked with { Officer = NewOfficer };
                    snapshot = snapshot.With(Group(asked.AgencyId, NewOfficer, grant, id));
                    break;
                case MissingKind.RegisterOfficer:
                    snapshot = snapshot.With(Group(asked.AgencyId, asked.Officer!.Value, grant, id));
                    break;
                case MissingKind.ExtendGroup:
                    var group = snapshot.FindGroup(step.GroupId!.Value)!;
                    snapshot = snapshot.With(group with
                    {
                        Revision = ++revision,
                        ValidFrom = DateTimeOffset.MinValue,
                        ValidUntil = DateTimeOffset.MaxValue,
                        Rights = [.. group.Rights.Where(right => right.GrantId != id), new(id, grant!.Fields, [.. grant.Purposes.Select(terms => terms.Code)])],
                    });
                    break;
                default:
                    Assert.Fail($"{step.Kind} is no step.");
                    break;
            }
        }

        return (snapshot, asked);
    }

    private static Grant Wide(Grant grant) => grant with
    {
        State = GrantState.Active,
        RecertifyBy = null,
        ValidFrom = DateTimeOffset.MinValue,
        ValidUntil = DateTimeOffset.MaxValue,
        Channels = [Channel.Api, Channel.Web],
    };

    /// <summary>The agencies above make theirs cover it again, by their own terms about cases; where the line is broken it is mended.</summary>
    private static Snapshot Restore(Snapshot snapshot, Grant grant, ref long revision)
    {
        var child = grant;
        for (var depth = 0; child.ParentId is { } id; depth++)
        {
            if (depth == 8 || snapshot.Find(id) is not { } parent || parent.DatasetId != grant.DatasetId)
            {
                return snapshot.With(child with { Revision = ++revision, ParentId = null });
            }

            child = Wide(parent) with
            {
                Revision = ++revision,
                Fields = [.. parent.Fields.Union(grant.Fields)],
                Purposes = [.. parent.Purposes.Select(terms => terms with { ValidFrom = null, ValidUntil = null }), .. grant.Purposes.Where(terms => parent.Purposes.All(known => known.Code != terms.Code)).Select(terms => new PurposeTerms(terms.Code))],
            };
            snapshot = snapshot.With(child);
        }

        return snapshot;
    }

    private static OfficerGroup Group(Guid agency, Guid officer, Grant? grant, Guid grantId) => new()
    {
        Id = NewGrant,
        Revision = 1,
        AgencyId = agency,
        Active = true,
        OfficerIds = [officer],
        ValidFrom = DateTimeOffset.MinValue,
        ValidUntil = DateTimeOffset.MaxValue,
        CallsPerOfficerAndDay = 150,
        Rights = [new(grantId, grant?.Fields ?? [], [.. grant?.Purposes.Select(terms => terms.Code) ?? []])],
    };
}
