using System.Globalization;
using MimeKit;

namespace Gdx.Simulators.Mail;

/// <summary>A mail as tests and people read it: the id counts up from 1, <c>To</c> are the recipients of the envelope separated by a comma, a missing part is null.</summary>
public sealed record Mail(string Id, string From, string To, string Subject, string? Text, string? Html, DateTimeOffset ReceivedAt);

/// <summary>The newest mails, in memory only.</summary>
public sealed class MailBox(TimeProvider clock)
{
    public const int Capacity = 500;
    private readonly LinkedList<Mail> mails = new();
    private int count;

    /// <summary>Reply of the mail server to every message while set, such as 451: what a busy or broken one says.</summary>
    public int? RefuseWith { get; set; }

    public Mail Add(string from, IReadOnlyCollection<string> to, Stream content)
    {
        var message = MimeMessage.Load(content);
        lock (mails)
        {
            var mail = new Mail((++count).ToString(CultureInfo.InvariantCulture), from, string.Join(", ", to), message.Subject ?? "", message.TextBody, message.HtmlBody, clock.GetUtcNow());
            mails.AddFirst(mail);
            if (mails.Count > Capacity)
            {
                mails.RemoveLast();
            }

            return mail;
        }
    }

    /// <summary>Newest first; with <paramref name="to"/> only what that address received.</summary>
    public IReadOnlyList<Mail> Find(string? to = null)
    {
        lock (mails)
        {
            return [.. mails.Where(mail => to is null || mail.To.Split(", ").Contains(to, StringComparer.OrdinalIgnoreCase))];
        }
    }

    public Mail? Get(string id)
    {
        lock (mails)
        {
            return mails.FirstOrDefault(mail => mail.Id == id);
        }
    }

    public void Clear()
    {
        lock (mails)
        {
            mails.Clear();
        }
    }
}
