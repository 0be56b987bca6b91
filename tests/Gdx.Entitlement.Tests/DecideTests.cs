using Gdx.Entitlement.Decisions;

namespace Gdx.Entitlement.Tests;

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
    [InlineData("welfare.eligibility", "", DecisionCode.Allowed)]
    [InlineData("welfare.eligibility", "welfare.eligibility", DecisionCode.Allowed)]
    [InlineData("welfare.eligibility", "tax.audit", DecisionCode.PurposeNotGranted)]
    [InlineData("welfare.eligibility", "Welfare.Eligibility", DecisionCode.PurposeNotGranted)]
    [InlineData("welfare.eligibility,tax.audit", "", DecisionCode.PurposeRequired)]
    [InlineData("welfare.eligibility,tax.audit", "tax.audit", DecisionCode.Allowed)]
    [InlineData("", "", DecisionCode.PurposeRequired)]
    [InlineData("", "tax.audit", DecisionCode.PurposeNotGranted)]
    public void The_purpose_must_be_granted_and_may_be_left_out_only_where_there_is_one(string granted, string asked, DecisionCode expected)
    {
        var grant = Grant() with { Purposes = granted.Split(',', StringSplitOptions.RemoveEmptyEntries) };

        var decision = Decide.Evaluate(Snapshot.Empty.With(grant), Ask() with { Purpose = asked.Length == 0 ? null : asked });

        Assert.Equal(expected, decision.Code);
        Assert.Equal(expected == DecisionCode.Allowed ? asked.Length == 0 ? granted : asked : null, decision.Purpose);
    }

    [Fact]
    public void Revoked_counts_before_everything_else_about_a_grant()
    {
        var grant = Grant() with { Revoked = true };

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
        var (narrow, wide) = (Grant(), Grant() with { Fields = ["firstName", "lastName", "age"], Revoked = true });

        Assert.Equal(narrow.Id, Decide.Evaluate(Snapshot.Empty.With(wide).With(narrow), Ask()).GrantId);
    }

    [Fact]
    public void The_refusal_is_by_the_grant_that_came_closest()
    {
        var otherPurpose = Grant() with { Purposes = ["tax.audit"] };
        var ended = Grant() with { Revoked = true };
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

    private static Question Ask() => new(Agency, "dopa.person", "1", null, Channel.Api, Noon);

    private static Grant Grant() => new()
    {
        Id = Guid.CreateVersion7(),
        Revision = 1,
        Revoked = false,
        AgencyId = Agency,
        DatasetId = "dopa.person",
        Version = "1",
        Fields = ["firstName", "lastName"],
        Purposes = ["welfare.eligibility"],
        Channels = [Channel.Api],
        ValidFrom = Noon.AddMinutes(-60),
        ValidUntil = Noon.AddMinutes(60),
    };
}
