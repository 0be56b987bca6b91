using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Gdx.Simulators.Mail;

/// <summary>
/// One connection to the mail server: ESMTP (RFC 5321) with SIZE, 8BITMIME, SMTPUTF8 and PIPELINING. It takes every mail for everybody
/// and delivers none. Lines end with CRLF only, so that no mail can be smuggled inside another.
/// </summary>
public sealed class SmtpConnection(MailBox mails) : ConnectionHandler
{
    private const int MaximumMail = 1024 * 1024;
    private const int MaximumLine = 16 * 1024; // RFC 5321 asks for 1000; some programs send long HTML lines.
    private const int MaximumRecipients = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // For one command; the RFC's five minutes would hold up a shutdown.
    private static readonly byte[] EndOfLine = "\r\n"u8.ToArray();

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var session = new Session(connection.Transport);
        try
        {
            await session.ReplyAsync("220 Gdx.Simulators ESMTP: takes every mail, delivers none");
            while (await session.ReadLineAsync(connection.ConnectionClosed) is { } line && await HandleAsync(session, line, connection.ConnectionClosed))
            {
            }
        }
        catch (LineTooLongException)
        {
            await session.ReplyAsync("500 5.5.2 Line too long");
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionAbortedException or ConnectionResetException)
        {
            // The client left or fell silent; there is nobody to answer.
        }
    }

    /// <summary>Answers one command; false ends the connection.</summary>
    private async Task<bool> HandleAsync(Session session, byte[] line, CancellationToken ct)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd();
        var (verb, argument) = text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (text[..space], text[(space + 1)..].Trim()) : (text, "");
        switch (verb.ToUpperInvariant())
        {
            case "EHLO" when argument.Length > 0:
                session.Reset(greeted: true);
                await session.ReplyAsync($"250-Gdx.Simulators\r\n250-SIZE {MaximumMail}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING");
                break;
            case "HELO" when argument.Length > 0:
                session.Reset(greeted: true);
                await session.ReplyAsync("250 Gdx.Simulators");
                break;
            case "EHLO" or "HELO":
                await session.ReplyAsync("501 5.5.4 Who are you?");
                break;
            case "MAIL":
                await session.ReplyAsync(Mail(session, argument));
                break;
            case "RCPT":
                await session.ReplyAsync(Recipient(session, argument));
                break;
            case "DATA" when session.Recipients.Count > 0:
                await session.ReplyAsync("354 End with a line of one dot");
                await session.ReplyAsync(await DataAsync(session, ct));
                session.Reset();
                break;
            case "DATA":
                await session.ReplyAsync("503 5.5.1 MAIL and RCPT first");
                break;
            case "RSET":
                session.Reset();
                await session.ReplyAsync("250 2.0.0 OK");
                break;
            case "NOOP":
                await session.ReplyAsync("250 2.0.0 OK");
                break;
            case "VRFY":
                await session.ReplyAsync("252 2.5.0 Send the mail and see");
                break;
            case "QUIT":
                await session.ReplyAsync("221 2.0.0 Bye");
                return false;
            default:
                await session.ReplyAsync("500 5.5.1 Unknown command");
                return ++session.Mistakes < 20; // No mail program makes so many; something else is talking.
        }

        return true;
    }

    /// <summary><c>MAIL FROM:&lt;a@b&gt; SIZE=123 BODY=8BITMIME SMTPUTF8</c></summary>
    private static string Mail(Session session, string argument)
    {
        if (!session.Greeted || session.From is not null)
        {
            return "503 5.5.1 Bad sequence of commands";
        }

        if (Address(argument, "FROM:") is not var (from, parameters))
        {
            return "501 5.5.4 MAIL FROM:<address>";
        }

        foreach (var parameter in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var upper = parameter.ToUpperInvariant();
            if (upper.StartsWith("SIZE=", StringComparison.Ordinal) && long.TryParse(upper[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                if (size > MaximumMail)
                {
                    return "552 5.3.4 Larger than 1 MB";
                }
            }
            else if (upper is not ("BODY=8BITMIME" or "BODY=7BIT" or "SMTPUTF8"))
            {
                return "555 5.5.4 Unknown parameter";
            }
        }

        session.From = from;
        return "250 2.1.0 OK";
    }

    /// <summary><c>RCPT TO:&lt;a@b&gt;</c></summary>
    private static string Recipient(Session session, string argument)
    {
        if (session.From is null)
        {
            return "503 5.5.1 MAIL first";
        }

        if (Address(argument, "TO:") is not var (to, parameters) || parameters.Length > 0 || !to.Contains('@', StringComparison.Ordinal))
        {
            return "501 5.1.3 RCPT TO:<address>";
        }

        if (session.Recipients.Count == MaximumRecipients)
        {
            return "452 4.5.3 Too many recipients";
        }

        session.Recipients.Add(to);
        return "250 2.1.5 OK";
    }

    private async Task<string> DataAsync(Session session, CancellationToken ct)
    {
        using var content = new MemoryStream();
        var tooLarge = false;
        while (await session.ReadLineAsync(ct) is { } line)
        {
            if (line is [(byte)'.'])
            {
                if (tooLarge)
                {
                    return "552 5.3.4 Larger than 1 MB";
                }

                if (mails.RefuseWith is { } code)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{code} {code / 100}.3.0 Simulated fault");
                }

                content.Position = 0;
                try
                {
                    return $"250 2.0.0 Kept as {mails.Add(session.From!, session.Recipients, content).Id}";
                }
                catch (Exception unreadable) when (unreadable is FormatException or MimeKit.ParseException)
                {
                    return "554 5.6.0 Not a mail";
                }
            }

            tooLarge |= content.Length + line.Length > MaximumMail;
            if (!tooLarge)
            {
                content.Write(line is [(byte)'.', ..] ? line.AsSpan(1) : line); // Dot-stuffing: a leading dot was doubled.
                content.Write(EndOfLine);
            }
        }

        throw new IOException("The client left in the middle of a mail.");
    }

    private static (string Address, string Parameters)? Address(string argument, string prefix)
    {
        var rest = argument.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? argument[prefix.Length..].TrimStart() : "";
        var end = rest.IndexOf('>', StringComparison.Ordinal);
        return rest.StartsWith('<') && end > 0 && end <= 320 && !rest[1..end].Any(character => char.IsControl(character) || character is ' ' or ',' or '<')
            ? (rest[1..end], rest[(end + 1)..].Trim())
            : null;
    }

    private sealed class Session(IDuplexPipe transport)
    {
        public bool Greeted { get; private set; }

        public string? From { get; set; }

        public List<string> Recipients { get; } = [];

        public int Mistakes { get; set; }

        public void Reset(bool greeted = false)
        {
            Greeted |= greeted;
            From = null;
            Recipients.Clear();
        }

        public async Task ReplyAsync(string reply) => await transport.Output.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"));

        /// <summary>The next line without its CRLF, or null when the client has left.</summary>
        public async Task<byte[]?> ReadLineAsync(CancellationToken ct)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);
            while (true)
            {
                var read = await transport.Input.ReadAsync(patience.Token);
                var reader = new SequenceReader<byte>(read.Buffer);
                if (reader.TryReadTo(out ReadOnlySequence<byte> line, EndOfLine))
                {
                    var bytes = line.ToArray();
                    transport.Input.AdvanceTo(reader.Position);
                    return bytes.Length > MaximumLine ? throw new LineTooLongException() : bytes;
                }

                var (tooLong, ended) = (read.Buffer.Length > MaximumLine, read.IsCompleted);
                transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (tooLong)
                {
                    throw new LineTooLongException();
                }

                if (ended)
                {
                    return null;
                }
            }
        }
    }

    private sealed class LineTooLongException : Exception;
}
