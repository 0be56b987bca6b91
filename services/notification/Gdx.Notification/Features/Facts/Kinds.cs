using Gdx.Identity.Contracts.V1;

namespace Gdx.Notification.Features;

/// <summary>The kinds of facts: their names, the template for each audience, and which ones an agency's systems may hear of.</summary>
public static class Kinds
{
    private static readonly Dictionary<NoticeKind, string> Names = Enum.GetValues<NoticeKind>().Where(kind => kind != NoticeKind.Unspecified).ToDictionary(kind => kind, Kebab);

    /// <summary>What belongs to an agency; PINs are a person's own affair, and some things are the operators' alone.</summary>
    public static IReadOnlySet<NoticeKind> OfAgencies { get; } = Names.Keys.Except(
        [NoticeKind.PinSet, NoticeKind.PinLocked, NoticeKind.DataRequestAsked, NoticeKind.DataOfferMade, NoticeKind.DataOfferFailed, NoticeKind.DatasetProposed]).ToHashSet();

    /// <summary>Such as membership-approved.</summary>
    public static string Name(NoticeKind kind) => Names[kind];

    /// <summary>The kind of this name, where it belongs to an agency.</summary>
    public static NoticeKind? Find(string name) => OfAgencies.Where(kind => Names[kind] == name).Select(kind => (NoticeKind?)kind).SingleOrDefault();

    /// <summary>The template for somebody who is told in this capacity.</summary>
    public static string Template(NoticeKind kind, Audience audience, Guid? about) => (kind, audience) switch
    {
        (NoticeKind.ApiClientCreated or NoticeKind.ApiClientRenewed, _) => MailConsumerKeyConsumer.Template,
        (NoticeKind.ApplicationSubmitted, Audience.Operator) => "application-submitted-operator",
        (NoticeKind.SecretGuessed, _) when about is null => "secret-guessed-address",
        _ => Name(kind),
    };

    private static string Kebab(NoticeKind kind) =>
        string.Concat(kind.ToString().Select((character, index) => char.IsUpper(character) ? (index == 0 ? "" : "-") + char.ToLowerInvariant(character) : character.ToString()));
}
