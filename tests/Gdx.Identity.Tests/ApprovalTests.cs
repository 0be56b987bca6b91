using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class ApprovalTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task Whoever_verified_cannot_approve()
    {
        var application = await app.SubmitAsync();
        await app.VerifyAsync(application.Id, IdentityApp.Checker);

        var refused = await Assert.ThrowsAsync<RpcException>(() => app.ApproveAsync(application.Id, IdentityApp.Checker));

        Assert.Equal((StatusCode.PermissionDenied, "identity.application.same_person"), (refused.StatusCode, refused.Reason()));
        Assert.Equal(ApplicationState.Approved, (await app.ApproveAsync(application.Id, IdentityApp.Maker)).State);
    }

    [Fact]
    public async Task Each_step_wants_the_step_before()
    {
        var submitted = await app.SubmitAsync();
        var approved = await app.LetInAsync();
        var rejected = await app.SubmitAsync();
        await RejectAsync(rejected.Id);

        await RefusedAsync(() => app.ApproveAsync(submitted.Id));
        await RefusedAsync(() => app.VerifyAsync(approved.Id));
        await RefusedAsync(() => app.ApproveAsync(approved.Id));
        await RefusedAsync(() => RejectAsync(approved.Id));
        await RefusedAsync(() => app.VerifyAsync(rejected.Id));
        await RefusedAsync(() => app.ApproveAsync(rejected.Id));
        await RefusedAsync(() => RejectAsync(rejected.Id));

        static async Task RefusedAsync(Func<Task> step)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(step);
            Assert.Equal((StatusCode.FailedPrecondition, "identity.application.state"), (refused.StatusCode, refused.Reason()));
        }
    }

    [Fact]
    public async Task Two_approvals_at_once_make_one_client()
    {
        var application = await app.SubmitAsync();
        await app.VerifyAsync(application.Id);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OutcomeAsync(() => app.ApproveAsync(application.Id))));

        Assert.Single(outcomes, StatusCode.OK);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { StatusCode.OK, StatusCode.FailedPrecondition, StatusCode.Aborted }));
        var agency = (await app.Applications.GetAsync(new() { ApplicationId = application.Id }, await app.AsAsync(IdentityApp.Maker))).AgencyId;
        Assert.Single((await app.Clients.FindAsync(new() { AgencyId = agency }, await app.AsAsync(IdentityApp.Maker))).Clients);
    }

    [Fact]
    public async Task Of_an_approval_and_a_refusal_at_once_one_counts()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var application = await app.SubmitAsync();
            await app.VerifyAsync(application.Id);

            var outcomes = await Task.WhenAll(OutcomeAsync(() => app.ApproveAsync(application.Id)), OutcomeAsync(() => RejectAsync(application.Id)));

            Assert.Single(outcomes, StatusCode.OK);
            var decided = await app.Applications.GetAsync(new() { ApplicationId = application.Id }, await app.AsAsync(IdentityApp.Maker));
            Assert.Equal(decided.State == ApplicationState.Approved, decided.ConsumerKey.Length > 0);
            Assert.Equal(decided.State == ApplicationState.Rejected, decided.Reason.Length > 0);
        }
    }

    [Fact]
    public async Task Handing_in_twice_with_one_request_id_finds_the_first()
    {
        var form = IdentityApp.Form();

        var first = await app.SubmitAsync(form);
        var second = await app.SubmitAsync(form);
        await app.VerifyAsync(first.Id);
        var third = await app.SubmitAsync(form);

        Assert.Equal((first.Id, ApplicationState.Submitted), (second.Id, second.State));
        Assert.Equal((first.Id, ApplicationState.Verified), (third.Id, third.State));
    }

    [Fact]
    public async Task Handing_in_at_once_with_one_request_id_finds_the_first()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var form = IdentityApp.Form();

            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.SubmitAsync(form)));

            Assert.Single(answers.Select(answer => answer.Id).Distinct());
        }
    }

    [Fact]
    public async Task A_government_body_has_one_open_application()
    {
        var form = IdentityApp.Form();
        var other = IdentityApp.Form(other => other.AgencyJuristicId = form.AgencyJuristicId);
        var first = await app.SubmitAsync(form);

        var refused = await Assert.ThrowsAsync<RpcException>(() => app.SubmitAsync(other));
        await RejectAsync(first.Id);
        var second = await app.SubmitAsync(other);

        Assert.Equal((StatusCode.AlreadyExists, "identity.application.duplicate"), (refused.StatusCode, refused.Reason()));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_second_system_of_an_agency_gets_a_client_of_its_own_in_the_same_agency()
    {
        var number = IdentityApp.NextNumber();
        var first = await app.LetInAsync(form => form.AgencyJuristicId = JuristicId.Synthetic(number).Value);
        var second = await app.LetInAsync(form => form.AgencyJuristicId = JuristicId.Synthetic(number).Value);

        Assert.Equal(first.AgencyId, second.AgencyId);
        Assert.NotEqual(first.ConsumerKey, second.ConsumerKey);
        await Eventually.True(() => app.Told.OfType<ApiClientCreated>().Count(told => told.AgencyId.ToString() == first.AgencyId) == 2, "both clients on the bus");
        Assert.Single(app.Told.OfType<AgencyApproved>(), told => told.AgencyId.ToString() == first.AgencyId);
    }

    [Fact]
    public async Task An_officer_of_two_agencies_has_one_id_also_when_both_are_let_in_at_once()
    {
        var officer = CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        var applications = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.SubmitAsync(form => form.Agents[0].CitizenId = officer)));
        await Task.WhenAll(applications.Select(application => app.VerifyAsync(application.Id)));

        var approved = await Task.WhenAll(applications.Select(application => app.ApproveAsync(application.Id)));

        var clients = string.Join(',', approved.Select(application => $"'{application.ApiClientId}'"));
        Assert.Equal(4L, await app.SqlAsync<long>($"SELECT count(*) FROM api_client_agents WHERE api_client_id IN ({clients})"));
        Assert.Equal(1L, await app.SqlAsync<long>($"SELECT count(DISTINCT agent_id) FROM api_client_agents WHERE api_client_id IN ({clients})"));
    }

    [Fact]
    public async Task A_refused_application_keeps_its_reason()
    {
        var application = await app.SubmitAsync();

        var rejected = await RejectAsync(application.Id);

        Assert.Equal((ApplicationState.Rejected, "The letter is missing."), (rejected.State, rejected.Reason));
        Assert.Empty(rejected.ApiClientId);
    }

    [Fact]
    public async Task Pages_follow_each_other_newest_first_without_gap_or_overlap()
    {
        var mine = new List<string>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var application = await app.SubmitAsync();
            mine.Insert(0, (await RejectAsync(application.Id)).Id);
        }

        var found = new List<string>();
        var token = "";
        do
        {
            var page = await app.Applications.FindAsync(new() { State = ApplicationState.Rejected, PageSize = 2, PageToken = token }, await app.AsAsync(IdentityApp.Maker));
            found.AddRange(page.Applications.Select(application => application.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(mine, found.Where(mine.Contains));
        Assert.Equal(found.Distinct(), found);
    }

    private async Task<Application> RejectAsync(string id) =>
        await app.Applications.RejectAsync(new() { ApplicationId = id, Reason = "The letter is missing." }, await app.AsAsync(IdentityApp.Checker));

    private static async Task<StatusCode> OutcomeAsync(Func<Task> step)
    {
        try
        {
            await step();
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}

/// <summary>What a refusal says to programs.</summary>
internal static class Refusals
{
    /// <summary>The stable code.</summary>
    public static string? Reason(this RpcException refused) => refused.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason;

    /// <summary>The field that is wrong.</summary>
    public static string? Field(this RpcException refused) => refused.GetRpcStatus()?.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations.Single().Field;
}
