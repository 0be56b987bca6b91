using Gdx.Identity.Contracts.V1;

namespace Gdx.Notification.Features;

/// <summary>Whom an event itself names, as a question to Identity: <c>Ask.About(holder).Tell(holder, Audience.OrganizationAdmin).Tell(owner, Audience.DataOwner)</c>.</summary>
public static class Ask
{
    /// <summary>Persons of one fact. Identity answers 500; every mail asks it again, so that a list of a thousand is better told as ten facts.</summary>
    public const int MostPersons = 100;

    /// <summary>The agency that the fact belongs to: the texts name it, and its systems hear of it.</summary>
    public static GetNoticeRequest About(Guid? agency = null) => new() { AgencyId = agency?.ToString() ?? "" };

    /// <summary>Adds an agency's people in these capacities, and its systems; nobody where the agency is not on the exchange.</summary>
    public static GetNoticeRequest Tell(this GetNoticeRequest question, Guid? agency, params Audience[] audiences)
    {
        if (agency is { } id)
        {
            question.Circles.Add(new NoticeCircle { AgencyId = id.ToString(), Audiences = { audiences } });
        }

        return question;
    }

    public static GetNoticeRequest Persons(this GetNoticeRequest question, params IEnumerable<Guid> persons)
    {
        question.PersonIds.AddRange(persons.Select(person => person.ToString()));
        return question;
    }

    public static GetNoticeRequest Operators(this GetNoticeRequest question)
    {
        question.Operators = true;
        return question;
    }
}
