using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

public sealed class DecideTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Agency = Guid.CreateVersion7();

    [Fact]
    public void Without_a_grant_the_answer_is_no()
    {
        var decision = Decide.Evaluate(Snapshot.Empty, Ask());

        Assert.Equal((DecisionCode.NoGrant, (Guid?)null, "entitlement.grant.missing"), (decision.Code, decision.GrantId, decision.Reason));
        Assert.False(decision.IsAllowed);
        Assert.Empty(decision.Fields);
    }

    [Fact]
    public void A_grant_allows_its_fields_and_says_for_what()
    {
        var grant = Grant();

        var decision = Decide.Evaluate(Snapshot.Empty.With(grant), Ask());

        Assert.True(decision.IsAllowed);
        Assert.Equal(grant.Id, decision.GrantId);
        Assert.Same(grant.Fields, decision.Fields);
        Assert.Equal("welfare.eligibility", decision.Purpose);
        Assert.Equal("entitlement.allowed", decision.Reason);
    }

    [Fact]
    public void Another_agency_dataset_or_version_is_another_question()
    {
        var snapshot = Snapshot.Empty.With(Grant());

        Assert.Equal(DecisionCode.NoGrant, Decide.Evaluate(snapshot, Ask() with { AgencyId = Guid.CreateVersion7() }).Code);
        Assert.Equal(DecisionCode.NoGrant, Decide.Evaluate(snapshot, Ask() with { DatasetId = "dopa.house" }).Code);
        Assert.Equal(DecisionCode.NoGrant, Decide.Evaluate(snapshot, Ask() with { DatasetId = "DOPA.person" }).Code);
        Assert.Equal(DecisionCode.NoGrant, Decide.Evaluate(snapshot, Ask() with { Version = "2" }).Code);
    }

    [Theory]
    [InlineData(-61, DecisionCode.NotYetValid)]
    [InlineData(-60, DecisionCode.Allowed)]
    [InlineData(59, DecisionCode.Allowed)]
    [InlineData(60, DecisionCode.Expired)]
    public void A_grant_begins_inclusive_and_ends_exclusive(int minutes, DecisionCode expected)
    {
        var decision = Decide.Evaluate(Snapshot.Empty.With(Grant()), Ask() with { At = Noon.AddMinutes(minutes) });

        Assert.Equal(expected, decision.Code);
    }

    [Theory]
    [InlineData(Channel.Api, DecisionCode.Allowed)]
    [InlineData(Channel.Web, DecisionCode.ChannelNotGranted)]
    [InlineData(Channel.Unspecified, DecisionCode.ChannelNotGranted)]
    [InlineData((Channel)99, DecisionCode.ChannelNotGranted)]
    public void Only_the_granted_channel_is_open(Channel channel, DecisionCode expected) =>
        Assert.Equal(expected, Decide.Evaluate(Snapshot.Empty.With(Grant()), Ask() with { Channel = channel }).Code);

    [Fact]
    public void A_channel_that_nobody_said_is_refused_even_where_a_grant_lists_it() =>
        Assert.Equal(DecisionCode.ChannelNotGranted, Decide.Evaluate(Snapshot.Empty.With(Grant() with { Channels = [Channel.Unspecified] }), Ask() with { Channel = Channel.Unspecified }).Code);

    [Theory]
    [InlineData("welfare.eligibility", "", DecisionCode.PurposeRequired)]
    [InlineData("welfare.eligibility", "welfare.eligibility", DecisionCode.Allowed)]
    [InlineData("welfare.eligibility", "tax.audit", DecisionCode.PurposeNotGranted)]
    [InlineData("welfare.eligibility", "Welfare.Eligibility", DecisionCode.PurposeNotGranted)]
    [InlineData("welfare.eligibility,tax.audit", "", DecisionCode.PurposeRequired)]
    [InlineData("welfare.eligibility,tax.audit", "tax.audit", DecisionCode.Allowed)]
    [InlineData("", "", DecisionCode.PurposeRequired)]
    [InlineData("", "tax.audit", DecisionCode.PurposeNotGranted)]
    public void A_call_names_a_granted_purpose(string granted, string asked, DecisionCode expected)
    {
        var grant = Grant() with { Purposes = [.. granted.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(code => new PurposeTerms(code))] };

        var decision = Decide.Evaluate(Snapshot.Empty.With(grant), Ask() with { Purpose = asked.Length == 0 ? null : asked });

        Assert.Equal(expected, decision.Code);
        Assert.Equal(expected == DecisionCode.Allowed ? asked : null, decision.Purpose);
    }

    [Theory]
    [InlineData(-31, DecisionCode.PurposeOutsidePeriod)]
    [InlineData(-30, DecisionCode.Allowed)]
    [InlineData(29, DecisionCode.Allowed)]
    [InlineData(30, DecisionCode.PurposeOutsidePeriod)]
    public void A_purpose_may_end_before_its_grant(int minutes, DecisionCode expected)
    {
        var grant = Grant() with { Purposes = [new("welfare.eligibility") { ValidFrom = Noon.AddMinutes(-30), ValidUntil = Noon.AddMinutes(30) }] };

        Assert.Equal(expected, Decide.Evaluate(Snapshot.Empty.With(grant), Ask() with { At = Noon.AddMinutes(minutes) }).Code);
    }

    [Fact]
    public void A_purpose_that_asks_for_a_case_is_refused_without_one()
    {
        var snapshot = Snapshot.Empty.With(Grant() with { Purposes = [new("welfare.eligibility") { CaseRequired = true }] });

        Assert.Equal("entitlement.case.required", Decide.Evaluate(snapshot, Ask()).Reason);
        Assert.True(Decide.Evaluate(snapshot, Ask() with { Case = "12/2569" }).IsAllowed);
    }

    [Fact]
    public void A_suspended_grant_and_one_that_nobody_has_looked_at_again_open_nothing()
    {
        Assert.Equal("entitlement.grant.suspended", Decide.Evaluate(Snapshot.Empty.With(Grant() with { State = GrantState.Suspended }), Ask()).Reason);
        Assert.Equal("entitlement.grant.recertification_due", Decide.Evaluate(Snapshot.Empty.With(Grant() with { RecertifyBy = Noon }), Ask()).Reason);
        Assert.True(Decide.Evaluate(Snapshot.Empty.With(Grant() with { RecertifyBy = Noon.AddTicks(1) }), Ask()).IsAllowed);
        Assert.Equal("entitlement.refused", Decide.Evaluate(Snapshot.Empty.With(Grant() with { State = (GrantState)99 }), Ask()).Reason);
    }

    [Fact]
    public void On_the_web_an_officer_must_be_in_a_group_that_names_the_grant()
    {
        var (grant, officer) = (Grant() with { Channels = [Channel.Api, Channel.Web] }, Guid.CreateVersion7());
        var group = Group(grant, officer);
        var snapshot = Snapshot.Empty.With(grant).With(group);
        var asked = Ask() with { Channel = Channel.Web, Officer = officer };

        var decision = Decide.Evaluate(snapshot, asked);

        Assert.Equal((DecisionCode.Allowed, (Guid?)group.Id, 100), (decision.Code, decision.GroupId, decision.Budget!.CallsPerOfficerAndDay));
        Assert.Equal(["lastName"], decision.Fields);
        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot, asked with { Officer = null }).Reason);
        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot, asked with { Officer = Guid.CreateVersion7() }).Reason);
        Assert.Equal("entitlement.officer.outside_period", Decide.Evaluate(snapshot, asked with { At = Noon.AddMinutes(30) }).Reason);
        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot.With(group with { Revision = 2, Active = false }), asked).Reason);
        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot.With(group with { Revision = 2, OfficerIds = [] }), asked).Reason);
        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot.With(group with { Revision = 2, AgencyId = Guid.CreateVersion7() }), asked).Reason);
    }

    [Fact]
    public void On_the_api_a_system_needs_no_group_and_an_officer_only_where_officers_are_managed()
    {
        var (open, managed, officer) = (Snapshot.Empty.With(Grant()), Snapshot.Empty.With(Grant() with { OfficersManaged = true }), Guid.CreateVersion7());

        Assert.True(Decide.Evaluate(open, Ask() with { Officer = officer }).IsAllowed);
        Assert.True(Decide.Evaluate(managed, Ask()).IsAllowed);
        Assert.Equal(DecisionCode.OfficerNotRegistered, Decide.Evaluate(managed, Ask() with { Officer = officer }).Code);
    }

    [Fact]
    public void A_group_gives_never_more_than_the_grant_has()
    {
        var (grant, officer) = (Grant() with { Channels = [Channel.Web], Budget = Budget.Default with { CallsPerOfficerAndDay = 10 } }, Guid.CreateVersion7());
        var snapshot = Snapshot.Empty.With(grant).With(Group(grant, officer) with { Rights = [new(grant.Id, ["lastName", "religion"], ["welfare.eligibility", "tax.audit"])] });

        var decision = Decide.Evaluate(snapshot, Ask() with { Channel = Channel.Web, Officer = officer });

        Assert.Equal(["lastName"], decision.Fields);
        Assert.Equal(10, decision.Budget!.CallsPerOfficerAndDay);
        Assert.Equal(DecisionCode.PurposeNotGranted, Decide.Evaluate(snapshot, Ask() with { Channel = Channel.Web, Officer = officer, Purpose = "tax.audit" }).Code);
    }

    [Theory]
    [InlineData(null, null, 150, 150)]
    [InlineData(null, 400, 400, 400)]
    [InlineData(null, 20_000, 10_000, 10_000)]
    [InlineData(300, null, 150, 150)]
    [InlineData(300, 400, 300, 300)]
    [InlineData(100, null, 100, 100)]
    [InlineData(100, 400, 100, 100)]
    public void An_officer_has_150_a_day_or_what_the_group_says_and_never_more_than_the_grant(int? granted, int? raised, int calls, int persons)
    {
        var officer = Guid.CreateVersion7();
        var grant = Grant() with { OfficersManaged = raised is not null, Budget = granted is { } most ? Budget.Default with { CallsPerOfficerAndDay = most } : null };
        var snapshot = Snapshot.Empty.With(grant);
        snapshot = raised is { } number ? snapshot.With(Group(grant, officer) with { CallsPerOfficerAndDay = number }) : snapshot;

        var budget = Decide.Evaluate(snapshot, Ask() with { Officer = officer }).Budget!;

        Assert.Equal((calls, persons, 50_000), (budget.CallsPerOfficerAndDay, budget.PersonsPerOfficerAndDay, budget.CallsPerDay));
        Assert.Same(budget, Decide.Evaluate(snapshot, Ask() with { Officer = officer, Case = "1" }).Budget);
    }

    [Theory]
    [InlineData(400, true, 400)]
    [InlineData(20, true, 20)]
    [InlineData(400, false, 150)]
    public void An_officer_who_needs_no_group_has_as_many_calls_as_one_gives_that_counts_now(int raised, bool active, int calls)
    {
        var (grant, officer) = (Grant(), Guid.CreateVersion7());
        var group = Group(grant, officer) with { CallsPerOfficerAndDay = raised, Active = active };
        var snapshot = Snapshot.Empty.With(grant).With(group);

        var decision = Decide.Evaluate(snapshot, Ask() with { Officer = officer });

        Assert.Equal((calls, calls), (decision.Budget!.CallsPerOfficerAndDay, decision.Budget.PersonsPerOfficerAndDay));
        Assert.Same(grant.Fields, decision.Fields);
        Assert.Equal(150, Decide.Evaluate(snapshot, Ask() with { Officer = Guid.CreateVersion7() }).Budget!.CallsPerOfficerAndDay);
    }

    [Fact]
    public void Fewer_persons_than_calls_are_what_the_grant_says_and_what_stands_above_it_says_counts()
    {
        var parent = Grant() with { AgencyId = Guid.CreateVersion7(), Budget = Budget.Default with { CallsPerOfficerAndDay = 120 } };
        var grant = Grant() with { ParentId = parent.Id, Budget = Budget.Default with { PersonsPerOfficerAndDay = 7 } };

        var budget = Decide.Evaluate(Snapshot.Empty.With(parent).With(grant), Ask()).Budget!;

        Assert.Equal((120, 7), (budget.CallsPerOfficerAndDay, budget.PersonsPerOfficerAndDay));
    }

    [Fact]
    public void That_officers_must_be_registered_is_handed_on()
    {
        var (parent, officer) = (Grant() with { AgencyId = Guid.CreateVersion7(), OfficersManaged = true }, Guid.CreateVersion7());
        var grant = Grant() with { ParentId = parent.Id };
        var snapshot = Snapshot.Empty.With(parent).With(grant);

        var explained = Decide.Explain(snapshot, Ask() with { Officer = officer });

        Assert.Equal("entitlement.officer.not_registered", Decide.Evaluate(snapshot, Ask() with { Officer = officer }).Reason);
        Assert.Equal(MissingKind.RegisterOfficer, Assert.Single(explained.Missing).Kind);
        Assert.True(Decide.Evaluate(snapshot, Ask()).IsAllowed);
        Assert.True(Decide.Evaluate(snapshot.With(Group(grant, officer)), Ask() with { Officer = officer }).IsAllowed);
    }

    [Fact]
    public void Revoked_counts_before_everything_else_about_a_grant()
    {
        var grant = Grant() with { State = GrantState.Revoked };

        Assert.Equal("entitlement.grant.revoked", Decide.Evaluate(Snapshot.Empty.With(grant), Ask()).Reason);
        Assert.Equal(DecisionCode.Revoked, Decide.Evaluate(Snapshot.Empty.With(grant), Ask() with { At = Noon.AddYears(1) }).Code);
        Assert.Equal(DecisionCode.Revoked, Decide.Evaluate(Snapshot.Empty.With(grant), Ask() with { Purpose = "tax.audit" }).Code);
    }

    [Fact]
    public void A_grant_of_no_fields_grants_nothing() =>
        Assert.Equal(DecisionCode.NoGrant, Decide.Evaluate(Snapshot.Empty.With(Grant() with { Fields = [] }), Ask()).Code);

    [Fact]
    public void Of_several_grants_the_one_with_the_most_fields_answers()
    {
        var (narrow, wide) = (Grant() with { ValidUntil = Noon.AddYears(1) }, Grant() with { Fields = ["firstName", "lastName", "age"] });

        Assert.Equal(wide.Id, Decide.Evaluate(Snapshot.Empty.With(narrow).With(wide), Ask()).GrantId);
        Assert.Equal(wide.Id, Decide.Evaluate(Snapshot.Empty.With(wide).With(narrow), Ask()).GrantId);
    }

    [Fact]
    public void A_wider_grant_that_is_over_does_not_hide_a_narrow_one_in_force()
    {
        var (narrow, wide) = (Grant(), Grant() with { Fields = ["firstName", "lastName", "age"], State = GrantState.Revoked });

        Assert.Equal(narrow.Id, Decide.Evaluate(Snapshot.Empty.With(wide).With(narrow), Ask()).GrantId);
    }

    [Fact]
    public void The_refusal_is_by_the_grant_that_came_closest()
    {
        var otherPurpose = Grant() with { Purposes = [new("tax.audit")] };
        var ended = Grant() with { State = GrantState.Revoked };
        var coming = Grant() with { ValidFrom = Noon.AddMinutes(1) };
        var asked = Ask() with { Purpose = "welfare.eligibility" };

        Assert.Equal(DecisionCode.PurposeNotGranted, Decide.Evaluate(Snapshot.Empty.With(otherPurpose), asked).Code);
        Assert.Equal(ended.Id, Decide.Evaluate(Snapshot.Empty.With(otherPurpose).With(ended), asked).GrantId);
        Assert.Equal(coming.Id, Decide.Evaluate(Snapshot.Empty.With(ended).With(coming).With(otherPurpose), asked).GrantId);
    }

    [Fact]
    public void Every_code_has_its_own_reason()
    {
        var reasons = Enum.GetValues<DecisionCode>().Select(code => new Decision { Code = code }.Reason).ToList();

        Assert.Equal(reasons.Count, reasons.Distinct().Count());
        Assert.All(reasons, reason => Assert.StartsWith("entitlement.", reason, StringComparison.Ordinal));
        Assert.Equal("entitlement.refused", new Decision { Code = default }.Reason);
    }

    private static Question Ask() => new(Agency, "dopa.person", "1", "welfare.eligibility", Channel.Api, Noon);

    private static OfficerGroup Group(Grant grant, Guid officer) => new()
    {
        Id = Guid.CreateVersion7(),
        Revision = 1,
        AgencyId = Agency,
        Active = true,
        Rights = [new(grant.Id, ["lastName"], ["welfare.eligibility"])],
        OfficerIds = [officer],
        ValidFrom = Noon.AddMinutes(-30),
        ValidUntil = Noon.AddMinutes(30),
        CallsPerOfficerAndDay = 100,
    };

    private static Grant Grant() => new()
    {
        Id = Guid.CreateVersion7(),
        Revision = 1,
        State = GrantState.Active,
        AgencyId = Agency,
        DatasetId = "dopa.person",
        Version = "1",
        Fields = ["firstName", "lastName"],
        Purposes = [new("welfare.eligibility")],
        Channels = [Channel.Api],
        ValidFrom = Noon.AddMinutes(-60),
        ValidUntil = Noon.AddMinutes(60),
    };
}
