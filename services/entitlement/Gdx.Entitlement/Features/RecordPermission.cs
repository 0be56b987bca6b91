using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

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
        if (permission.Fields.Except(dataset.Fields.Select(field => field.Name)).FirstOrDefault() is { } unknown)
        {
            throw Problems.Rpc(StatusCode.NotFound, "catalog.field.unknown", $"The dataset has no field {unknown}.");
        }

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
        if (until <= from || until > from.AddYears(LongestYears))
        {
            throw Problems.Invalid("valid_until", $"must be after valid_from and at most {LongestYears} years later");
        }

        if (until <= clock.GetUtcNow())
        {
            throw Problems.Invalid("valid_until", "is past already");
        }

        return new Data.Permission
        {
            Id = Guid.CreateVersion7(),
            RequestId = Id("request_id", request.RequestId),
            AgencyId = Id("agency_id", request.AgencyId),
            DatasetId = Slug().IsMatch(request.DatasetId) ? request.DatasetId : throw Problems.Invalid("dataset_id", "must be a slug such as dopa.person"),
            DatasetVersion = Number().IsMatch(request.DatasetVersion) ? request.DatasetVersion : throw Problems.Invalid("dataset_version", "must be a number such as 1"),
            Fields = Distinct("fields", request.Fields, 200, Name(), "a field's name such as firstName"),
            Purposes = Distinct("purposes", request.Purposes, 10, Purpose(), "a code of 3-64 lower-case letters, digits, dots and hyphens such as welfare.eligibility"),
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

    private static DateTimeOffset Instant(string field, Timestamp? value)
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
