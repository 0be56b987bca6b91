using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Notification.Tests;

public sealed class InboxTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    [Fact]
    public async Task Messages_come_newest_first_in_both_languages_and_pages_follow_each_other()
    {
        var person = Guid.NewGuid();
        var about = await TellAsync(person, 5);

        var all = new List<InboxMessage>();
        for (var (token, more) = ("", true); more; more = token.Length > 0)
        {
            var page = await app.Inbox().ListAsync(new() { PageSize = 2, PageToken = token }, app.AsPerson(person));
            all.AddRange(page.Messages);
            token = page.NextPageToken;
        }

        Assert.Equal(about.AsEnumerable().Reverse(), all.Select(message => Guid.Parse(message.AboutId)));
        Assert.All(all, message => Assert.Equal(("PIN ของท่านถูกล็อก", "Your PIN is locked", null), (message.TitleTh, message.TitleEn, message.ReadAt)));
        Assert.All(all, message => Assert.Contains("2569", message.TextTh, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_read_is_counted_no_more()
    {
        var person = Guid.NewGuid();
        await TellAsync(person, 4);
        var messages = (await app.Inbox().ListAsync(new(), app.AsPerson(person))).Messages;

        var afterOne = await app.Inbox().MarkReadAsync(new() { Ids = { messages[3].Id } }, app.AsPerson(person));
        var afterTwo = await app.Inbox().MarkAllReadAsync(new() { UpToId = messages[2].Id }, app.AsPerson(person));
        var unread = await app.Inbox().ListAsync(new() { UnreadOnly = true }, app.AsPerson(person));
        var afterAll = await app.Inbox().MarkAllReadAsync(new(), app.AsPerson(person));

        Assert.Equal((3, 2, 0), (afterOne.Unread, afterTwo.Unread, afterAll.Unread));
        Assert.Equal(messages.Take(2).Select(message => message.Id), unread.Messages.Select(message => message.Id));
        Assert.All((await app.Inbox().ListAsync(new(), app.AsPerson(person))).Messages, message => Assert.NotNull(message.ReadAt));
    }

    [Fact]
    public async Task One_person_neither_sees_nor_touches_anothers()
    {
        var (owner, other) = (Guid.NewGuid(), Guid.NewGuid());
        await TellAsync(owner, 1);
        var message = (await app.Inbox().ListAsync(new(), app.AsPerson(owner))).Messages[0];

        var seen = await app.Inbox().ListAsync(new(), app.AsPerson(other));
        await app.Inbox().MarkReadAsync(new() { Ids = { message.Id } }, app.AsPerson(other));
        await app.Inbox().MarkAllReadAsync(new() { UpToId = message.Id }, app.AsPerson(other));

        Assert.Empty(seen.Messages);
        Assert.Equal(1, (await app.Inbox().UnreadCountAsync(new(), app.AsPerson(owner))).Unread);
    }

    [Fact]
    public async Task A_service_has_no_inbox_and_bad_input_is_refused_by_the_name_of_its_field()
    {
        var person = app.AsPerson(Guid.NewGuid());
        var service = await Refusal.OfAsync(async () => await app.Inbox().ListAsync(new(), app.As(Roles.Service, Roles.Entitlement)));
        var size = await Refusal.OfAsync(async () => await app.Inbox().ListAsync(new() { PageSize = 101 }, person));
        var token = await Refusal.OfAsync(async () => await app.Inbox().ListAsync(new() { PageToken = "x" }, person));
        var none = await Refusal.OfAsync(async () => await app.Inbox().MarkReadAsync(new(), person));
        var many = await Refusal.OfAsync(async () => await app.Inbox().MarkReadAsync(new() { Ids = { Enumerable.Range(0, 101).Select(_ => Guid.NewGuid().ToString()) } }, person));
        var upTo = await Refusal.OfAsync(async () => await app.Inbox().MarkAllReadAsync(new() { UpToId = "x" }, person));

        Assert.Equal(StatusCode.PermissionDenied, service.Status);
        Assert.Equal(["page_size", "page_token", "ids", "ids", "up_to_id"], new[] { size, token, none, many, upTo }.Select(refused => refused.Field));
    }

    /// <summary>Tells a person so many facts, one after the other.</summary>
    private async Task<List<Guid>> TellAsync(Guid person, int count)
    {
        var all = new List<Guid>();
        foreach (var _ in Enumerable.Range(0, count))
        {
            var about = Guid.NewGuid();
            app.Identity.Concerns(NoticeKind.PinLocked, about, Guid.NewGuid(), FakeIdentity.Person(Audience.Person, person));
            await app.TellAsync(new PinLocked { PersonId = about, LockId = Guid.NewGuid(), At = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) });
            all.Add(about);
            await Eventually.True(async () => (await app.Inbox().UnreadCountAsync(new(), app.AsPerson(person))).Unread == all.Count, "the message");
        }

        return all;
    }
}
