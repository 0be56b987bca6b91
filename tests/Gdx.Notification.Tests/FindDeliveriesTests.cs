using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Grpc.Core;

namespace Gdx.Notification.Tests;

public sealed class FindDeliveriesTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    [Fact]
    public async Task No_token_is_unauthenticated_and_a_service_is_denied()
    {
        var anonymous = await Assert.ThrowsAsync<RpcException>(async () => await app.Client().FindAsync(new FindDeliveriesRequest()));
        var service = await Assert.ThrowsAsync<RpcException>(async () => await app.Client().FindAsync(new FindDeliveriesRequest(), app.As(Roles.Service, Roles.Entitlement)));

        Assert.Equal(StatusCode.Unauthenticated, anonymous.StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, service.StatusCode);
    }

    [Theory]
    [InlineData(-1, "", 0, "page_size")]
    [InlineData(101, "", 0, "page_size")]
    [InlineData(10, "not-a-token", 0, "page_token")]
    [InlineData(10, "", 99, "state")]
    public async Task Bad_input_is_refused_by_the_name_of_its_field(int pageSize, string pageToken, int state, string field)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await app.Client().FindAsync(new FindDeliveriesRequest { PageSize = pageSize, PageToken = pageToken, State = (DeliveryState)state }, app.As(Roles.Operator)));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith(field, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_each_other_newest_first_without_gap_or_overlap()
    {
        var clients = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToList();
        foreach (var client in clients)
        {
            await app.TellAsync(new ApiClientCreated { ApiClientId = client, AgencyId = Guid.NewGuid(), ConsumerKey = client, CreatedAt = DateTimeOffset.UtcNow });
            await app.DeliveryAsync(client, DeliveryState.Sent);
        }

        var found = new List<string>();
        var token = "";
        do
        {
            var page = await app.Client().FindAsync(new FindDeliveriesRequest { PageSize = 2, PageToken = token }, app.As(Roles.Operator));
            found.AddRange(page.Deliveries.Select(delivery => delivery.AboutId));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(clients.AsEnumerable().Reverse().Select(client => client.ToString()), found.Where(id => clients.Contains(Guid.Parse(id))));
        Assert.Equal(found.Distinct(), found);
    }
}
