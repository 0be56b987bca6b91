using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PurposeTerms = Gdx.Entitlement.Data.PurposeTerms;

namespace Gdx.Entitlement.Features;

public sealed partial class PermissionService
{
    private const int LongestYears = 5; // Letters are renewed; a right that nobody has looked at for five years is not one.

    /// <summary>gRPC gdx.entitlement.v1.Permissions/Record: keeps what the owner's letter allows. No right yet: another operator confirms it.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.Permission> Record(RecordPermissionRequest request, ServerCallContext context)
    {
        var permission = Read(request, context.Person());
        if (await FindAsync(permission.RequestId, context.CancellationToken) is { } earlier)
        {
            return Answer(earlier);
        }

        var agency = await CheckAsync(() => agencies.GetAsync(new GetAgencyRequest { AgencyId = request.AgencyId }, cancellationToken: context.CancellationToken).ResponseAsync,
            "identity.agency.unknown", "There is no such agency.");
        if (agency.State != AgencyState.Active)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.agency.not_active", "The agency is not let in, suspended or closed: no right can be recorded for it.");
        }

        var dataset = await CheckAsync(() => datasets.GetAsync(new GetDatasetRequest { DatasetId = request.DatasetId, Version = request.DatasetVersion }, cancellationToken: context.CancellationToken).ResponseAsync,
            "catalog.dataset.unknown", "There is no such dataset or version.");
        if (dataset.State != VersionState.Published)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.dataset.not_published", "This version is a draft, deprecated or retired: no right to it can be recorded.");
        }

        if (permission.Fields.Except(dataset.Fields.Select(field => field.Name)).FirstOrDefault() is { } unknown)
        {
            throw Problems.Rpc(StatusCode.NotFound, "catalog.field.unknown", $"The dataset has no field {unknown}.");
        }

        permission.OwnerAgencyId = Guid.TryParse(dataset.OwnerAgencyId, out var owner) ? owner : null;

        db.Permissions.Add(permission);
        try
        {
            await db.SaveChangesAsync(context.CancellationToken);
            return Answer(permission);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
            return Answer((await FindAsync(permission.RequestId, context.CancellationToken))!);
        }
    }

    private Data.Permission Read(RecordPermissionRequest request, Guid person)
    {
        var (from, until) = (Instant("valid_from", request.ValidFrom), Instant("valid_until", request.ValidUntil));
        if (until <= from || until > GrantRules.YearsFrom(from, LongestYears))
        {
            throw Problems.Invalid("valid_until", $"must be after valid_from and at most {LongestYears} years later");
        }

        if (until <= clock.GetUtcNow())
        {
            throw Problems.Invalid("valid_until", "is past already");
        }

        var purposes = Distinct("purposes", request.Purposes, 10, Purpose(), "a code of 3-64 lower-case letters, digits, dots and hyphens such as welfare.eligibility");
        return new Data.Permission
        {
            Id = Guid.CreateVersion7(),
            RequestId = Id("request_id", request.RequestId),
            AgencyId = Id("agency_id", request.AgencyId),
            DatasetId = Dataset(request.DatasetId),
            DatasetVersion = Number().IsMatch(request.DatasetVersion) ? request.DatasetVersion : throw Problems.Invalid("dataset_version", "must be a number such as 1"),
            Fields = Distinct("fields", request.Fields, 200, Name(), "a field's name such as firstName"),
            Purposes = purposes,
            PurposeTerms = Terms(request.PurposeTerms, purposes, from, until),
            Budget = Budgeted(request.Budget),
            OfficersManaged = request.OfficersManaged,
            Channels = request.Channels.Count is >= 1 and <= 2 && request.Channels.All(channel => channel is Channel.Api or Channel.Web)
                ? [.. request.Channels.Distinct().Select(channel => (Decisions.Channel)channel)]
                : throw Problems.Invalid("channels", "must name the API, the web, or both"),
            ValidFrom = from,
            ValidUntil = until,
            LetterReference = request.LetterReference.Trim() is { Length: >= 1 and <= 200 } reference && !reference.Any(char.IsControl)
                ? reference
                : throw Problems.Invalid("letter_reference", "must be the letter's number and date, 1-200 characters"),
            RecordedBy = person,
            RecordedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>A dataset's id.</summary>
    public static string Dataset(string id) => Slug().IsMatch(id) ? id : throw Problems.Invalid("dataset_id", "must be a slug such as dopa.person");

    /// <summary>What the letter says about its purposes, in their order; nothing where it says nothing about any.</summary>
    private static List<PurposeTerms> Terms(RepeatedField<Contracts.V1.PurposeTerms> given, List<string> purposes, DateTimeOffset from, DateTimeOffset until)
    {
        if (given.Count == 0)
        {
            return [];
        }

        if (given.DistinctBy(terms => terms.Code).Count() != given.Count || given.Any(terms => !purposes.Contains(terms.Code)))
        {
            throw Problems.Invalid("purpose_terms", "each must be about another one of purposes");
        }

        return [.. purposes.Select(code => given.SingleOrDefault(terms => terms.Code == code) is { } terms ? Read(terms, from, until) : new PurposeTerms { Code = code, NameTh = code, NameEn = code })];
    }

    private static PurposeTerms Read(Contracts.V1.PurposeTerms terms, DateTimeOffset from, DateTimeOffset until)
    {
        DateTimeOffset? begin = terms.ValidFrom is null ? null : Instant("purpose_terms.valid_from", terms.ValidFrom);
        DateTimeOffset? end = terms.ValidUntil is null ? null : Instant("purpose_terms.valid_until", terms.ValidUntil);
        if (begin < from || end > until || (begin ?? from) >= (end ?? until))
        {
            throw Problems.Invalid("purpose_terms.valid_until", "a purpose's period must lie within the letter's");
        }

        return new()
        {
            Code = terms.Code,
            NameTh = Named("purpose_terms.name_th", terms.NameTh),
            NameEn = Named("purpose_terms.name_en", terms.NameEn),
            ValidFrom = begin,
            ValidUntil = end,
            CaseRequired = terms.CaseRequired,
        };
    }

    private static string Named(string field, string text) =>
        text.Trim() is { Length: >= 1 and <= 200 } name && !name.Any(char.IsControl) ? name : throw Problems.Invalid(field, "must have 1-200 characters, without control characters");

    private static GrantBudget Budgeted(Budget? asked)
    {
        // As many as the edge lets one client make in a second; and in a day more than there are people in Thailand in a week.
        const int MostPerSecond = 20_000;
        const int MostPerDay = 10_000_000;
        const int MostPerOfficer = 10_000; // One every three seconds, all day: no longer a person's work.
        return asked is null ? GrantBudget.Default with { } : new()
        {
            CallsPerSecond = Within("budget.calls_per_second", asked.CallsPerSecond, MostPerSecond),
            CallsPerDay = Within("budget.calls_per_day", asked.CallsPerDay, MostPerDay),
            PersonsPerDay = Within("budget.persons_per_day", asked.PersonsPerDay, MostPerDay),
            CallsPerOfficerAndDay = Within("budget.calls_per_officer_and_day", asked.CallsPerOfficerAndDay, MostPerOfficer),
            PersonsPerOfficerAndDay = Within("budget.persons_per_officer_and_day", asked.PersonsPerOfficerAndDay, MostPerOfficer),
        };

        static int Within(string field, int value, int most) => value >= 1 && value <= most ? value : throw Problems.Invalid(field, $"must be 1-{most}");
    }

    /// <summary>Exact to the second: a fraction is cut off, so that the right begins and ends as the letter's reader counts.</summary>
    public static DateTimeOffset Instant(string field, Timestamp? value)
    {
        // A Timestamp on the wire may hold any 64-bit number; years 2000-2200 are those in which a letter can begin or end.
        const long First = 946_684_800;
        const long Last = 7_258_118_400;
        return value is { Seconds: > First and < Last, Nanos: >= 0 and < 1_000_000_000 }
            ? DateTimeOffset.FromUnixTimeSeconds(value.Seconds)
            : throw Problems.Invalid(field, "must be an instant between the years 2000 and 2200");
    }

    private static List<string> Distinct(string field, RepeatedField<string> values, int most, Regex form, string what) =>
        values.Count < 1 || values.Count > most ? throw Problems.Invalid(field, $"must have 1-{most} entries")
        : values.FirstOrDefault(value => !form.IsMatch(value)) is not null ? throw Problems.Invalid(field, $"each must be {what}")
        : [.. values.Distinct()];

    private async Task<T> CheckAsync<T>(Func<Task<T>> ask, string code, string message)
    {
        try
        {
            return await ask();
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            throw Problems.Rpc(StatusCode.NotFound, code, message);
        }
        catch (RpcException away) when (away.StatusCode is not StatusCode.Cancelled)
        {
            // Also where the other side refuses this service's own token: the caller's token is not to blame.
            NotChecked(code, away.StatusCode);
            throw Problems.Rpc(StatusCode.Unavailable, "entitlement.check.unavailable", "What the letter names cannot be checked now. Try again in a few seconds.");
        }
    }

    private Task<Data.Permission?> FindAsync(Guid requestId, CancellationToken ct) => db.Permissions.SingleOrDefaultAsync(permission => permission.RequestId == requestId, ct);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not check whether to answer {Code}: the other service said {Status}.")]
    private partial void NotChecked(string code, StatusCode status);

    [GeneratedRegex(@"^(?=.{3,64}\z)[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){0,4}\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"^[1-9][0-9]{0,3}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex Purpose();
}
