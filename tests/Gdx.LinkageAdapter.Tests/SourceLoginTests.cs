using System.Collections.Concurrent;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using MassTransit;

namespace Gdx.LinkageAdapter.Tests;

public sealed class SourceLoginTests(World world)
{
    private const string Password = "หนึ่ง two 3 !";

    [Fact]
    public async Task An_agencys_own_admin_hands_over_a_login_that_nobody_is_shown_again_and_the_others_hear_that_it_is_there()
    {
        var (agency, person) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        var configured = await world.App.SourceAccounts.ConfigureAsync(Good(agency), Admin(person, agency));
        var shown = await world.App.SourceAccounts.GetAsync(new() { AgencyId = agency.ToString(), Source = "dbd" }, world.App.AsOperator());

        Assert.Equal(new SourceAccount { AgencyId = agency.ToString(), Source = "dbd", Login = true }, configured);
        Assert.Equal(configured, shown);
        var row = Assert.Single(await world.QueryAsync($"SELECT t::text, configured_by FROM source_logins t WHERE agency_id = '{agency}'"));
        Assert.DoesNotContain("agency-user", (string)row[0]!, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, (string)row[0]!, StringComparison.Ordinal);
        Assert.Equal(person, row[1]);
        Assert.DoesNotContain(world.App.Logs, line => line.Contains(Password, StringComparison.Ordinal) || line.Contains("agency-user", StringComparison.Ordinal));
        Assert.DoesNotContain(world.App.Spans.SelectMany(span => span.Tags), tag => tag.Value?.Contains(Password, StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Each_configuration_is_announced_with_the_next_revision_and_without_the_secret()
    {
        var (agency, heard) = (Guid.CreateVersion7(), new ConcurrentQueue<SourceAccountConfigured>());
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(world.App.Broker);
            rabbit.ReceiveEndpoint("listener", endpoint => endpoint.Handler<SourceAccountConfigured>(context =>
            {
                heard.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();

        await world.App.SourceAccounts.ConfigureAsync(Good(agency), world.App.AsOperator());
        await world.App.SourceAccounts.ConfigureAsync(Good(agency), world.App.AsOperator());

        await Eventually.True(() => heard.Count(fact => fact.AgencyId == agency) == 2, "both facts on the bus");
        await bus.StopAsync();
        Assert.Equal([1L, 2L], heard.Where(fact => fact.AgencyId == agency).Select(fact => fact.Revision).Order()); // The listener takes several at once.
        Assert.All(heard.Where(fact => fact.AgencyId == agency), fact => Assert.Equal("dbd", fact.Source));
    }

    [Fact]
    public async Task An_admin_reaches_no_other_agency_and_no_other_source()
    {
        var (own, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        Assert.Equal(new(StatusCode.PermissionDenied, "caller.forbidden", ""), await RefusedAsync(Good(other), Admin(Guid.CreateVersion7(), own)));
        Assert.Equal("caller.forbidden", (await RefusedAsync(Good(own), world.App.As(Roles.OrganizationAdmin))).Code);
        Assert.Equal("caller.forbidden", (await RefusedAsync(new() { AgencyId = own.ToString(), Source = "linkage-center-2", ProxyAddress = "https://proxy/" }, Admin(Guid.CreateVersion7(), own))).Code);
        Assert.Empty(await world.QueryAsync($"SELECT 1 FROM source_logins WHERE agency_id IN ('{own}', '{other}')"));
    }

    public static TheoryData<string, Action<ConfigureSourceAccountRequest>> BadRequests() => new()
    {
        { "username", request => request.Username = "" },
        { "username", request => request.Username = new('x', 201) },
        { "username", request => request.Username = "a\nb" },
        { "password", request => request.Password = "" },
        { "password", request => request.Password = new('x', 201) },
        { "password", request => request.Password = "a\0b" },
        { "source", request => request.ProxyAddress = "https://proxy/" },
        { "source", request => request.Jobs.Add(new Job()) },
        { "source", request => request.Source = "dbd2" },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_login_is_refused_by_field(string field, Action<ConfigureSourceAccountRequest> spoil)
    {
        var request = Good(Guid.CreateVersion7());
        spoil(request);

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await RefusedAsync(request, world.App.AsOperator()));
    }

    private Metadata Admin(Guid person, Guid agency) => world.App.AsMember(person, agency, Roles.Person, Roles.OrganizationAdmin);

    private Task<Refusal> RefusedAsync(ConfigureSourceAccountRequest request, Metadata who) => Refusal.OfAsync(() => world.App.SourceAccounts.ConfigureAsync(request, who).ResponseAsync);

    private static ConfigureSourceAccountRequest Good(Guid agency) => new() { AgencyId = agency.ToString(), Source = "dbd", Username = "agency-user", Password = Password };
}
