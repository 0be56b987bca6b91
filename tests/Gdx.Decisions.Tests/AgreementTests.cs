using CsCheck;
using Gdx.Entitlement.Decisions;

namespace Gdx.Decisions.Tests;

/// <summary>The rule against <see cref="BruteForce"/>, which has no code in common with it.</summary>
public sealed class AgreementTests
{
    private static readonly int Policies = TestEnvironment.TestEnvironment.Full ? 100_000 : 10_000;

    [Fact]
    public void An_evaluator_that_walks_through_all_thinkable_calls_says_the_same() => Policy.Any.Sample(policy =>
    {
        var expected = BruteForce.Answer(policy);
        var decision = Decide.Evaluate(policy.Snapshot(), policy.Asked);
        return expected is not { } way
            ? !decision.IsAllowed && decision.Fields.Count == 0 && decision.Purpose is null && decision.Budget is null
            : decision.IsAllowed
                && decision.GrantId == Policy.GrantId(way.Grant)
                && decision.GroupId == (way.Group is { } group ? Policy.GroupId(group) : null)
                && decision.Fields.Count == way.Fields.Count && way.Fields.All(field => decision.Fields.Contains(Policy.Field(field)))
                && decision.Purpose == policy.Asked.Purpose
                && decision.Budget == new Budget(way.Budget[0], way.Budget[1], way.Budget[2], way.Budget[3], way.Budget[4]);
    }, iter: Policies, print: Print);

    [Fact]
    public void Explaining_decides_as_deciding_does_and_says_which_rule_it_was() => Policy.Any.Sample(policy =>
    {
        var (snapshot, asked) = (policy.Snapshot(), policy.Asked);
        var explanation = Decide.Explain(snapshot, asked);
        var decision = Decide.Evaluate(snapshot, asked);
        return explanation.Decision.Code == decision.Code && explanation.Decision.GrantId == decision.GrantId
            && (decision.GrantId is not { } grant || explanation.Path.Where(step => step.GrantId == grant).All(step => step.Outcome == DecisionCode.Allowed) == decision.IsAllowed)
            && (decision.IsAllowed || decision.GrantId is null || explanation.Path.First(step => step.GrantId == decision.GrantId && step.Outcome != DecisionCode.Allowed).Outcome == decision.Code)
            && explanation.Missing.Count == 0 == decision.IsAllowed;
    }, iter: Policies, print: Print);

    /// <summary>Neither its id nor anything that only it has.</summary>
    [Fact]
    public void Nothing_of_another_agency_is_said() => Policy.Any.Sample(policy =>
    {
        var asked = policy.Asked;
        var explanation = Decide.Explain(policy.Snapshot(), asked);
        var own = Enumerable.Range(0, policy.Grants.Length).Where(i => policy.Grants[i].Agency == policy.Question.Agency).ToList();
        var ids = own.Select(Policy.GrantId).ToHashSet();
        var purposes = own.SelectMany(i => policy.Grants[i].Purposes).Select(terms => Policy.Purpose(terms.Code)).Append(asked.Purpose).ToHashSet();
        var groups = Enumerable.Range(0, policy.Groups.Length).Where(i => policy.Groups[i].Agency == policy.Question.Agency).Select(Policy.GroupId).ToHashSet();
        return (explanation.Decision.GrantId is not { } grant || ids.Contains(grant))
            && explanation.Path.All(step => ids.Contains(step.GrantId))
            && explanation.Missing.All(step => (step.GrantId is not { } id || ids.Contains(id)) && (step.Purpose is null || purposes.Contains(step.Purpose)) && (step.GroupId is not { } group || groups.Contains(group)));
    }, iter: Policies, print: Print);

    private static string Print(Policy policy) => System.Text.Json.JsonSerializer.Serialize(policy);
}
