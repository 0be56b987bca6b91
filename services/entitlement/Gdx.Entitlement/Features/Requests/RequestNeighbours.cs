using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Entitlement.Features;

/// <summary>What Identity and Catalog know of a request's agency and dataset, and of the days on which offices are closed.</summary>
public sealed partial class RequestNeighbours(
    Agencies.AgenciesClient agencies, Datasets.DatasetsClient datasets, Holidays.HolidaysClient holidays, TimeProvider clock, ILogger<RequestNeighbours> log)
{
    private static readonly TimeSpan CalendarAge = TimeSpan.FromHours(1); // The cabinet adds holidays days before, not minutes.
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CalendarPatience = TimeSpan.FromSeconds(2); // A list of requests waits no longer for it.
    private Calendar? calendar;

    /// <summary>The agency; refuses one that may not have rights now.</summary>
    public async Task<Agency> ActiveAgencyAsync(Guid id, CancellationToken ct)
    {
        var agency = await AskAsync(() => agencies.GetAsync(new() { AgencyId = id.ToString() }, cancellationToken: ct).ResponseAsync, "identity.agency.unknown", "There is no such agency.");
        return agency.State == AgencyState.Active ? agency
            : throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.agency.not_active", "The agency is not let in, suspended or closed: it can have no new right.");
    }

    /// <summary>The dataset; refuses one that no right can be asked for.</summary>
    public async Task<Dataset> PublishedDatasetAsync(string id, string version, CancellationToken ct)
    {
        var dataset = await AskAsync(() => datasets.GetAsync(new() { DatasetId = id, Version = version }, cancellationToken: ct).ResponseAsync, "catalog.dataset.unknown", "There is no such dataset or version.");
        return dataset.State == VersionState.Published ? dataset
            : throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.dataset.not_published", "This version is a draft, deprecated or retired: ask for a published one.");
    }

    /// <summary>Working days, with the holidays as Identity had them within the last hour; while it cannot be asked, with those known before.</summary>
    public async Task<WorkingDays> CalendarAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (calendar is { } known && now < known.Until)
        {
            return known.Days;
        }

        var days = new HashSet<DateOnly>();
        try
        {
            // A queue in the last or first days of a year looks into the other.
            foreach (var year in new[] { now.AddDays(-31).Year, now.AddDays(31).Year }.Distinct())
            {
                var found = await holidays.FindAsync(new() { Year = year }, deadline: DateTime.UtcNow + CalendarPatience, cancellationToken: ct);
                days.UnionWith(found.Holidays.Select(day => RequestFields.Day("date", day.Date)!.Value));
            }
        }
        catch (RpcException away) when (!ct.IsCancellationRequested)
        {
            NoCalendar(away.StatusCode);
            return (calendar = new(now + Retry, calendar?.Days ?? new(days))).Days;
        }

        return (calendar = new(now + CalendarAge, new(days))).Days;
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, string code, string message)
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
            throw Problems.Rpc(StatusCode.Unavailable, "entitlement.check.unavailable", "What the request names cannot be checked now. Try again in a few seconds.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not check whether to answer {Code}: the other service said {Status}.")]
    private partial void NotChecked(string code, StatusCode status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Holidays could not be asked for ({Status}): due days are counted with those known before.")]
    private partial void NoCalendar(StatusCode status);

    private sealed record Calendar(DateTimeOffset Until, WorkingDays Days);
}
