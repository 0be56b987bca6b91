namespace Gdx.Simulators.Mail;

/// <summary>
/// GET /messages?to=&amp;page=1&amp;pageSize=50: <c>[{id,from,to,subject,text,html,receivedAt}]</c>, newest first, the number of all that match in
/// <c>X-Total-Count</c>. GET /messages/{id}, DELETE /messages. PUT /messages/faults <c>{"replyCode":451}</c>: the mail server refuses; DELETE: no more.
/// </summary>
public static class MailApi
{
    private const int LargestPage = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/messages", Handle);
        app.MapGet("/messages/{id}", (string id, MailBox mails) => mails.Get(id) is { } mail ? Results.Ok(mail) : Results.NotFound());
        app.MapDelete("/messages", (MailBox mails) => mails.Clear());
        app.MapPut("/messages/faults", HandleFault);
        app.MapDelete("/messages/faults", (MailBox mails) => { mails.RefuseWith = null; });
    }

    private static IResult Handle(MailBox mails, HttpResponse response, string? to = null, int page = 1, int pageSize = 50)
    {
        if (page < 1 || pageSize is < 1 or > LargestPage)
        {
            return Results.Problem($"page counts from 1, pageSize is 1 to {LargestPage}.", statusCode: 400);
        }

        var found = mails.Find(string.IsNullOrEmpty(to) ? null : to);
        response.Headers["X-Total-Count"] = found.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Results.Ok(found.Skip((int)Math.Min((page - 1L) * pageSize, int.MaxValue)).Take(pageSize));
    }

    private static IResult HandleFault(MailFault fault, MailBox mails)
    {
        if (fault.ReplyCode is < 400 or > 599)
        {
            return Results.Problem("replyCode is an SMTP reply from 400 to 599.", statusCode: 400);
        }

        mails.RefuseWith = fault.ReplyCode;
        return Results.Ok(fault);
    }
}

/// <summary>What the mail server answers to every message: 4xx later, 5xx never.</summary>
public sealed record MailFault(int ReplyCode);
