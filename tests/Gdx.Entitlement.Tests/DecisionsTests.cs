using System.Collections.Concurrent;
using System.Net;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using EntitlementDb = Gdx.Entitlement.Data.EntitlementDb;
using Steps = Gdx.Entitlement.Contracts.V1.DecisionMissingKind;

namespace Gdx.Entitlement.Tests;

/// <summary>Why (not)?, and what would change if…?</summary>
public sealed class DecisionsTests(EntitlementApp app)
{
    [Fact]
    public async Task An_allowed_call_is_explained_by_every_rule_that_was_asked()
    {
        var grant = await app.GrantAsync();

        var why = await ExplainAsync(Ask(grant.AgencyId));

        Assert.True(why.Allowed);
        Assert.Equal(("entitlement.allowed", grant.Id, "2"), (why.Code, why.GrantId, why.DecisionsVersion));
        Assert.Equal(["firstName", "lastName", "dateOfBirth"], why.Fields);
        Assert.Equal(150, why.Budget.CallsPerOfficerAndDay);
        Assert.Equal([DecisionRule.InForce, DecisionRule.Channel, DecisionRule.Purpose, DecisionRule.Case], why.Path.Select(step => step.Rule));
        Assert.All(why.Path, step => Assert.Equal((grant.Id, "entitlement.allowed"), (step.GrantId, step.Code)));
        Assert.Empty(why.Missing);
    }

    [Fact]
    public async Task A_refusal_says_in_both_languages_what_is_missing()
    {
        var grant = await app.GrantAsync();

        var later = await ExplainAsync(Ask(grant.AgencyId) with { Purpose = "", At = DateTimeOffset.UtcNow.AddDays(400) });
        var foreign = await ExplainAsync(Ask(grant.AgencyId) with { Purpose = "tax.audit" });
        var web = await ExplainAsync(Ask(grant.AgencyId) with { Channel = Contracts.V1.Channel.Web });
        var nothing = await ExplainAsync(Ask(Guid.NewGuid().ToString()));

        Assert.Equal("entitlement.grant.expired", later.Code);
        Assert.Equal([Steps.NamePurpose, Steps.Renew], later.Missing.Select(step => step.Kind));
        Assert.Equal(("welfare.eligibility", grant.Id), (later.Missing[0].Purpose, later.Missing[1].GrantId));
        Assert.Equal(("entitlement.purpose.not_granted", Steps.AskForPurpose), (foreign.Code, Assert.Single(foreign.Missing).Kind));
        Assert.Equal(("entitlement.channel.not_granted", Steps.UseChannel, Contracts.V1.Channel.Api), (web.Code, web.Missing[0].Kind, web.Missing[0].Channel));
        Assert.Equal(("entitlement.grant.missing", Steps.AskForGrant), (nothing.Code, Assert.Single(nothing.Missing).Kind));
        Assert.All(later.Missing, step => Assert.True(step.TextTh.Length > 0 && step.TextEn.Length > 0));
    }

    [Fact]
    public async Task Of_a_grant_above_nothing_is_said_but_that_the_central_agency_has_to_act()
    {
        var central = await app.GrantAsync();
        var child = await HandOnAsync(central, app.Identity.NewAgency());
        Assert.True((await ExplainAsync(Ask(child.AgencyId.ToString()))).Allowed);
        await app.RevokeAsync(central.Id, "a reason of the central agency");

        var why = await ExplainAsync(Ask(child.AgencyId.ToString()));

        Assert.Equal(("entitlement.delegation.not_in_force", child.Id.ToString()), (why.Code, why.GrantId));
        Assert.Equal((Steps.RestoreDelegation, child.Id.ToString()), (why.Missing.Single().Kind, why.Missing.Single().GrantId));
        Assert.DoesNotContain(central.Id, why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(central.AgencyId, why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a reason", why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Officers_ask_about_themselves_their_admins_about_their_agency_and_operators_about_all()
    {
        var grant = await app.GrantAsync();
        var (agency, person) = (Guid.Parse(grant.AgencyId), Guid.CreateVersion7());
        var own = Ask("");

        Assert.True((await ExplainAsync(own, As(person, agency, Roles.Officer))).Allowed);
        Assert.True((await ExplainAsync(own with { Officer = person.ToString() }, As(person, agency, Roles.Officer))).Allowed);
        Assert.True((await ExplainAsync(own with { Officer = person.ToString() }, As(Guid.NewGuid(), agency, Roles.SuperUser))).Allowed);
        Assert.True((await ExplainAsync(own, As(Guid.NewGuid(), agency, Roles.OrganizationAdmin))).Allowed);
        await RefusedAsync(StatusCode.PermissionDenied, () => ExplainAsync(own with { Officer = Guid.NewGuid().ToString() }, As(person, agency, Roles.Officer)));
        await RefusedAsync(StatusCode.PermissionDenied, () => ExplainAsync(Ask(grant.AgencyId), As(person, Guid.NewGuid(), Roles.OrganizationAdmin)));
        await RefusedAsync(StatusCode.PermissionDenied, () => ExplainAsync(own, app.As(person, Roles.Officer)));
    }

    [Fact]
    public async Task To_explain_a_call_of_one_officer_no_other_officer_and_no_dissolved_group_is_read()
    {
        var read = new ReadOfficers();
        await using var own = app.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.ConfigureDbContext<EntitlementDb>(options => options.AddInterceptors(read))));
        var agency = app.Identity.NewAgency();
        var (officer, colleague) = (app.Identity.NewMember(agency), app.Identity.NewMember(agency));
        var letter = app.Letter(agency);
        letter.OfficersManaged = true;
        var grant = await app.GrantAsync(letter);
        var group = await app.Groups.SaveAsync(EntitlementApp.Wish(grant, officer, colleague), app.AsSuperUser(agency));
        await app.Groups.SaveAsync(EntitlementApp.Wish(grant, colleague), app.AsSuperUser(agency));
        var over = await app.Groups.SaveAsync(EntitlementApp.Wish(grant, officer), app.AsSuperUser(agency));
        await app.Groups.DissolveAsync(new() { GroupId = over.Id, Reason = "x" }, app.AsSuperUser(agency));
        var ask = new ExplainRequest { AgencyId = agency.ToString(), DatasetId = "dopa.person", DatasetVersion = "1", Purpose = "welfare.eligibility", Channel = Contracts.V1.Channel.Api };

        Assert.True((await Client(own).ExplainAsync(ask, app.AsOperator(app.Maker))).Allowed);
        Assert.Empty(read.Rows);
        ask.OfficerId = officer.ToString();
        var why = await Client(own).ExplainAsync(ask, app.AsOperator(app.Maker));

        Assert.Equal((true, 150), (why.Allowed, why.Budget.CallsPerOfficerAndDay));
        Assert.Equal([(group.Id, officer)], read.Rows.Distinct()); // Who notes them may be told twice of one row.
    }

    [Fact]
    public async Task What_is_no_question_is_refused()
    {
        var right = Ask(Guid.NewGuid().ToString());
        foreach (var wrong in (Asked[])[right with { Agency = "x" }, right with { Agency = "" }, right with { Dataset = "Person" }, right with { Version = "0" }, right with { Purpose = "W" }, right with { Officer = "x" }, right with { At = DateTimeOffset.UnixEpoch }])
        {
            await RefusedAsync(StatusCode.InvalidArgument, () => ExplainAsync(wrong));
        }
    }

    [Fact]
    public async Task A_preview_decides_real_calls_again_counts_what_flips_and_changes_nothing()
    {
        await using var adapter = await FakeEvidence.StartAsync();
        await using var own = Beside(adapter);
        var central = await app.GrantAsync();
        var child = await HandOnAsync(central, app.Identity.NewAgency());
        foreach (var agency in new[] { central.AgencyId, child.AgencyId.ToString(), central.AgencyId })
        {
            adapter.Add(agency, "welfare.eligibility");
        }

        adapter.Add(central.AgencyId, "tax.audit");

        var revoked = await PreviewAsync(own, new() { RevokeGrantId = central.Id });
        var suspended = await PreviewAsync(own, new() { SuspendGrantId = child.Id.ToString() });
        var narrowed = await PreviewAsync(own, new() { NarrowGrant = new() { GrantId = central.Id, Fields = { "firstName" } } });
        var shortened = await PreviewAsync(own, new() { NarrowGrant = new() { GrantId = central.Id, ValidUntil = DateTimeOffset.UtcNow.AddHours(-2).ToTimestamp() } });
        var retired = await PreviewAsync(own, new() { RetireDataset = new() { DatasetId = "dopa.person", DatasetVersion = "1" } });

        Assert.Equal([new("entitlement.allowed", "entitlement.grant.revoked", 2), new("entitlement.allowed", "entitlement.delegation.not_in_force", 1)], Flips(revoked));
        Assert.Equal(4, revoked.Replayed);
        Assert.Equal(adapter.Newest(central.AgencyId), revoked.Decisions[0].EntryId);
        Assert.Equal([new("entitlement.allowed", "entitlement.grant.suspended", 1)], Flips(suspended));
        Assert.Equal((3, 0), (narrowed.Narrowed, narrowed.Flips.Count));
        Assert.Equal(["lastName", "dateOfBirth"], narrowed.Decisions[0].LostFields);
        Assert.Equal(2, Flips(shortened).Single(flip => flip.After == "entitlement.grant.expired").Count);
        Assert.Equal(3, retired.Flips.Sum(flip => flip.Count));
        Assert.True((await ExplainAsync(Ask(child.AgencyId.ToString()))).Allowed);
        Assert.Equal(central.Revision, (await app.Grants.GetAsync(new() { GrantId = central.Id }, app.AsOperator(app.Checker))).Revision);
    }

    [Fact]
    public async Task A_preview_of_a_budget_counts_the_calls_above_it()
    {
        await using var adapter = await FakeEvidence.StartAsync();
        await using var own = Beside(adapter);
        var grant = await app.GrantAsync();
        for (var i = 0; i < 150; i++)
        {
            adapter.Add(grant.AgencyId, "welfare.eligibility");
        }

        var preview = await PreviewAsync(own, new() { ChangeBudget = new() { GrantId = grant.Id, Budget = new() { CallsPerSecond = 1, CallsPerDay = 40, PersonsPerDay = 1, CallsPerOfficerAndDay = 1000, PersonsPerOfficerAndDay = 1 } } });

        Assert.Equal((150, 110, 0), (preview.Replayed, preview.OverBudget, preview.Flips.Count));
        Assert.Equal(100, preview.Decisions.Count);
        Assert.All(preview.Decisions, decision => Assert.True(decision.OverBudget));
    }

    [Fact]
    public async Task A_preview_without_the_adapter_or_of_nothing_is_refused()
    {
        var grant = await app.GrantAsync();
        var me = app.AsOperator(app.Maker);
        var client = Client(app);

        await RefusedAsync(StatusCode.Unavailable, async () => await client.PreviewAsync(new() { RevokeGrantId = grant.Id }, me));
        await RefusedAsync(StatusCode.NotFound, async () => await client.PreviewAsync(new() { RevokeGrantId = Guid.NewGuid().ToString() }, me));
        await RefusedAsync(StatusCode.NotFound, async () => await client.PreviewAsync(new() { DissolveOfficerGroupId = Guid.NewGuid().ToString() }, me));
        foreach (var wrong in (PreviewRequest[])
        [
            new(), new() { RevokeGrantId = "x" }, new() { RevokeGrantId = grant.Id, Most = 10_001 }, new() { ChangeBudget = new() { GrantId = grant.Id, Budget = new() { CallsPerDay = 1 } } },
            new() { NarrowGrant = new() { GrantId = grant.Id, Fields = { "religion" } } }, new() { NarrowGrant = new() { GrantId = grant.Id, Purposes = { "tax.audit" } } },
            new() { NarrowGrant = new() { GrantId = grant.Id, ValidUntil = DateTimeOffset.UtcNow.AddYears(9).ToTimestamp() } }, new() { RetireDataset = new() { DatasetId = "X", DatasetVersion = "1" } },
        ])
        {
            await RefusedAsync(StatusCode.InvalidArgument, async () => await client.PreviewAsync(wrong, me));
        }
    }

    private static List<(string Before, string After, int Count)> Flips(PreviewReply preview) => [.. preview.Flips.Select(flip => (flip.CodeBefore, flip.CodeAfter, flip.Count))];

    private static Asked Ask(string agency) => new(agency, "dopa.person", "1", "welfare.eligibility", Contracts.V1.Channel.Api, "", null);

    private sealed record Asked(string Agency, string Dataset, string Version, string Purpose, Contracts.V1.Channel Channel, string Officer, DateTimeOffset? At);

    private async Task<ExplainReply> ExplainAsync(Asked asked, Metadata? caller = null) => await Client(app).ExplainAsync(
        new() { AgencyId = asked.Agency, DatasetId = asked.Dataset, DatasetVersion = asked.Version, Purpose = asked.Purpose, Channel = asked.Channel, OfficerId = asked.Officer, At = asked.At?.ToTimestamp() },
        caller ?? app.AsOperator(app.Maker));

    private async Task<PreviewReply> PreviewAsync(WebApplicationFactory<EntitlementDb> at, PreviewRequest request) => await Client(at).PreviewAsync(request, app.AsOperator(app.Maker));

    private Metadata As(Guid person, Guid agency, string role) => app.As(person, agency, role);

    private static WebApplicationFactory<EntitlementDb> Beside(FakeEvidence adapter, EntitlementApp app) => app.WithWebHostBuilder(host => host.UseSetting("services:linkage-adapter:grpc:0", adapter.Address));

    private WebApplicationFactory<EntitlementDb> Beside(FakeEvidence adapter) => Beside(adapter, app);

    private static Contracts.V1.Decisions.DecisionsClient Client(WebApplicationFactory<EntitlementDb> at) =>
        new(GrpcChannel.ForAddress(at.Server.BaseAddress, new GrpcChannelOptions { HttpHandler = at.Server.CreateHandler() }));

    private static async Task RefusedAsync(StatusCode status, Func<Task> call) => Assert.Equal(status, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);

    /// <summary>A grant that hangs on this one, as a decided request for delegation leaves it.</summary>
    private async Task<Data.Grant> HandOnAsync(Grant parent, Guid agency)
    {
        var paper = await app.RecordAsync();
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<EntitlementDb>();
        var grant = new Data.Grant
        {
            Id = Guid.CreateVersion7(),
            PermissionId = Guid.Parse(paper.Id),
            ParentGrantId = Guid.Parse(parent.Id),
            AgencyId = agency,
            DatasetId = parent.DatasetId,
            DatasetVersion = parent.DatasetVersion,
            Fields = [.. parent.Fields],
            Purposes = [.. parent.Purposes],
            Channels = [Decisions.Channel.Api],
            ValidFrom = parent.ValidFrom.ToDateTimeOffset(),
            ValidUntil = parent.ValidUntil.ToDateTimeOffset(),
        };
        db.Add(grant);
        await db.SaveChangesAsync();
        return grant;
    }

    /// <summary>Notes each officer's row that a query of this service gave.</summary>
    private sealed class ReadOfficers : IMaterializationInterceptor
    {
        public ConcurrentQueue<(string Group, Guid Person)> Rows { get; } = [];

        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            if (entity is Data.GroupOfficer officer)
            {
                Rows.Enqueue((officer.GroupId.ToString(), officer.PersonId));
            }

            return entity;
        }
    }

    /// <summary>An adapter that really listens and remembers some calls.</summary>
    private sealed class FakeEvidence : Evidence.EvidenceBase, IAsyncDisposable
    {
        private readonly ConcurrentStack<RecentDecision> calls = new();
        private readonly WebApplication listener;

        private FakeEvidence()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddGrpc();
            builder.Services.AddSingleton(this);
            listener = builder.Build();
            listener.MapGrpcService<FakeEvidence>();
        }

        public string Address => listener.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public static async Task<FakeEvidence> StartAsync()
        {
            var adapter = new FakeEvidence();
            await adapter.listener.StartAsync();
            return adapter;
        }

        public void Add(string agency, string purpose) => calls.Push(new()
        {
            EntryId = Guid.CreateVersion7().ToString(),
            At = DateTimeOffset.UtcNow.AddHours(-1).ToTimestamp(),
            AgencyId = agency,
            AgentId = "WelfareHub",
            Channel = "api",
            DatasetId = "dopa.person",
            DatasetVersion = "1",
            Purpose = purpose,
            Decision = "entitlement.allowed",
            DecisionsVersion = "2",
        });

        public string Newest(string agency) => calls.First(call => call.AgencyId == agency && call.Purpose == "welfare.eligibility").EntryId;

        public override async Task Recent(RecentRequest request, IServerStreamWriter<RecentDecision> responseStream, ServerCallContext context)
        {
            Assert.StartsWith("Bearer ", context.RequestHeaders.GetValue("authorization"), StringComparison.Ordinal);
            foreach (var call in calls.Where(call => request.AgencyIds.Count == 0 || request.AgencyIds.Contains(call.AgencyId)).Take(request.Most))
            {
                await responseStream.WriteAsync(call);
            }
        }

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
