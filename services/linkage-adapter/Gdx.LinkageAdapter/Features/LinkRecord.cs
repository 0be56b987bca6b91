using Gdx.Entitlement.Decisions;
using Gdx.LinkageAdapter.Budgets;
using Gdx.LinkageAdapter.Data;
using Gdx.LinkageAdapter.Evidence;
using Gdx.LinkageAdapter.Legacy;
using Gdx.LinkageAdapter.Sources;
using Gdx.LinkageAdapter.Sources.LinkageCenter2;
using Gdx.LinkageAdapter.Tokens;
using Gdx.LinkageAdapter.Usage;
using Gdx.LinkageAdapter.Watching;
using Gdx.Numbers;
using Microsoft.Net.Http.Headers;

namespace Gdx.LinkageAdapter.Features;

/// <summary>
/// GET /ws/dopa/linkage/v1/link?OfficeID=00023&amp;ServiceID=001&amp;Version=01&amp;CitizenID=… with headers Consumer-Key and Token, or with
/// Authorization: Bearer and an access token of Identity: one record, of which only the granted fields. Nothing here waits for another Gdx service: authenticate, decide, call the source, project, record, answer.
/// </summary>
public sealed class LinkRecord(
    CallerGate gate, WatchStreams watch, GrantBook grants, TokenBook tokens, ApiTokens apiTokens, UseBook uses, SourceAccountBook accounts, LinkageCenter linkageCenter,
    SubjectKey subjects, CallRecorder recorder, BudgetBook budgets, EdgeLimits limits, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) => LegacyWire.Map(app, "/ws/dopa/linkage/v1/link", app.ServiceProvider.GetRequiredService<LinkRecord>().HandleAsync);

    private async ValueTask<LegacyAnswer> HandleAsync(HttpContext context)
    {
        var startedAt = clock.GetTimestamp();
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return HttpMethods.IsPost(context.Request.Method)
                ? LegacyAnswer.Coded(405, "95017", "This service is not asked by keys in a body.") with { Allow = "GET" }
                : LegacyAnswer.MethodNotAllowed("GET");
        }

        if (!LegacyWire.TryGetSingle(context, CallerGate.ConsumerKey, out var consumerKey) || !LegacyWire.TryGetSingle(context, CallerGate.Token, out var token)
            || !LegacyWire.TryGetSingle(context, HeaderNames.Authorization, out var authorization))
        {
            return LegacyAnswer.BadInput("Consumer-Key, Token or Authorization is given more than once.");
        }

        var bearer = ApiTokens.InHeader(authorization);
        if (bearer is not null && (consumerKey is not null || token is not null))
        {
            return LegacyAnswer.BadInput("Consumer-Key and Token are given beside Authorization: one way is enough.");
        }

        KnownClient? client;
        ProvenCaller? caller;
        using (AdapterTelemetry.Source.StartActivity("authenticate"))
        {
            (client, caller) = bearer is null ? await AuthenticateAsync(context, consumerKey, token) : await AuthenticateAsync(bearer);
        }

        var isLive = watch.Clients.Lease.IsLive;
        if (client is null || caller is null)
        {
            if (bearer is not null)
            {
                context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer error=\"invalid_token\""; // RFC 6750.
            }

            // While the stream is stale nobody can be called unknown: the key may have come to be meanwhile.
            return !isLive || (bearer is not null && !apiTokens.IsReady) ? LegacyAnswer.Stale
                : client is null ? (bearer is null ? gate.RefuseStranger(context, consumerKey) : gate.RefuseToken(context))
                : !gate.MayRefuse(context) ? LegacyAnswer.TooManyCalls
                : await recorder.EndAsync(context, recorder.Begin(client, null, startedAt), CallOutcome.Denied, "token.unknown", LegacyAnswer.TokenNotFound);
        }

        if (!limits.MayCall(client.Id))
        {
            return gate.SlowDown(client);
        }

        var call = recorder.Begin(client, caller.AgentId, startedAt);
        if (!client.MayCallFrom(context.Connection.RemoteIpAddress))
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, "client.address_refused", LegacyAnswer.AddressRefused);
        }

        uses.Used(client.Id, caller.Credential.Generation, caller.AgentId);
        return isLive && watch.Grants.Lease.IsLive && accounts.IsRead
            ? await LinkAsync(context, client, caller.Credential, call)
            : await recorder.EndAsync(context, call, CallOutcome.Denied, "watch.stale", LegacyAnswer.Stale);
    }

    private async ValueTask<(KnownClient? Client, ProvenCaller? Caller)> AuthenticateAsync(HttpContext context, string? consumerKey, string? token)
    {
        var client = gate.Find(consumerKey);
        return client is null || TokenHash.Of(token) is not { } hash ? (client, null)
            : tokens.TryUse(hash, client, out var caller) ? (client, caller)
            : limits.MayTry(context.Connection.RemoteIpAddress) ? (client, await tokens.ReadAsync(hash, client, CancellationToken.None))
            : (client, null);
    }

    /// <summary>The client that an access token names, and its caller where token, agent and credential all still count.</summary>
    private async ValueTask<(KnownClient? Client, ProvenCaller? Caller)> AuthenticateAsync(string bearer)
    {
        if (await apiTokens.ReadAsync(bearer) is not { } token || gate.Find(token.ConsumerKey) is not { } client || client.Id != token.ClientId)
        {
            return (null, null);
        }

        return (client, apiTokens.IsAlive(token) && client.AgentIds.Contains(token.AgentId) && client.Holds(token.Credential, clock.GetUtcNow()) ? new(token.AgentId, token.Credential) : null);
    }

    private async ValueTask<LegacyAnswer> LinkAsync(HttpContext context, KnownClient client, Credential credential, RecordedCall call)
    {
        if (LinkRequest.Read(context, out var asked) is { } wrong)
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, "request.invalid", LegacyAnswer.BadInput(wrong));
        }

        var entry = call.Entry;
        entry.SubjectHash = subjects.Hash(asked.Citizen);
        // The wire of the real exchange has no field for a purpose: the client's own counts.
        (entry.Purpose, entry.Case) = (asked.Purpose ?? client.DefaultPurpose, asked.Case);
        if (ServiceTable.Find(asked.Office, asked.Service, asked.Version) is not { } service)
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, "service.unknown", LegacyAnswer.NoSuchService);
        }

        (entry.DatasetId, entry.DatasetVersion) = (service.DatasetId, service.DatasetVersion);
        Decision decision;
        var (rights, question) = (grants.Current, Ask(entry)); // One for the decision and for what it is charged to.
        using (var span = AdapterTelemetry.Source.StartActivity("decide"))
        {
            decision = Decide.Evaluate(rights, question);
            span?.SetTag("gdx.decision", decision.Reason);
            span?.SetTag("gdx.dataset", service.DatasetId);
        }

        entry.GrantId = decision.GrantId;
        if (!decision.IsAllowed)
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, decision.Reason, Refusal(decision.Code));
        }

        entry.Fields = decision.Fields;
        if (await budgets.RefuseAsync(BudgetLine.Of(rights, decision, question), entry.SubjectHash) is { } spent)
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, spent.Code, LegacyAnswer.OverBudget(spent, clock.GetUtcNow()));
        }

        if (accounts.Find(client.AgencyId, service.Source) is not { } account || !account.Jobs.TryGetValue(decision.Purpose!, out var job))
        {
            return await recorder.EndAsync(context, call, CallOutcome.Failed, "source.no_account", LegacyAnswer.NoAccount);
        }

        return await FetchAsync(context, call, client, credential, account, job, service, asked.Citizen, decision);
    }

    private async ValueTask<LegacyAnswer> FetchAsync(
        HttpContext context, RecordedCall call, KnownClient client, Credential credential, AccountAccess account, Guid job, LinkedService service, CitizenId citizen, Decision decision)
    {
        // A caller that hangs up does not stop this: what the source gave away is recorded as given.
        SourceAnswer found;
        var askedAt = clock.GetTimestamp();
        using (var span = AdapterTelemetry.Source.StartActivity("source call"))
        {
            found = await linkageCenter.AskAsync(account, job, service.SourceService, citizen);
            span?.SetTag("gdx.source", service.Source);
            span?.SetTag("gdx.source.outcome", found.Code);
            if (found.Outcome is not (SourceOutcome.Found or SourceOutcome.NotFound))
            {
                span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            }
        }

        call.Entry.SourceStatus = (short?)found.Status;
        call.Entry.SourceMs = (float)clock.GetElapsedTime(askedAt).TotalMilliseconds;
        // That somebody is not in the register is an answer, too.
        var isAnswered = found.Outcome is SourceOutcome.Found or SourceOutcome.NotFound;
        if (isAnswered)
        {
            if (Ended(client, credential, call.Entry, ref decision) is { } ended)
            {
                return await recorder.EndAsync(context, call, CallOutcome.Denied, ended.Code, ended.Answer);
            }

            (call.Entry.GrantId, call.Entry.Fields) = (decision.GrantId, decision.Fields);
        }

        var answer = found.Outcome switch
        {
            SourceOutcome.Found => Project(found, decision),
            SourceOutcome.NotFound => LegacyAnswer.NoData,
            SourceOutcome.OverQuota => LegacyAnswer.SourceBudget,
            SourceOutcome.Unreachable => LegacyAnswer.Unreachable,
            SourceOutcome.TimedOut => LegacyAnswer.TimedOut,
            _ => LegacyAnswer.SourceFault(found.Status ?? 502),
        };
        return isAnswered
            ? await recorder.EndAsync(context, call, CallOutcome.Allowed, decision.Reason, answer)
            : await recorder.EndAsync(context, call, CallOutcome.Failed, found.Code, answer);
    }

    /// <summary>A source may take seconds: a right, a client or a lease that ended meanwhile gives nothing out. Null where all still hold; then the entry is charged.</summary>
    private (string Code, LegacyAnswer Answer)? Ended(KnownClient client, Credential credential, EvidenceEntry entry, ref Decision decision)
    {
        if (!watch.Clients.Lease.IsLive || !watch.Grants.Lease.IsLive)
        {
            return ("watch.stale", LegacyAnswer.Stale);
        }

        if (!gate.IsActive(client, credential))
        {
            return ("client.revoked", LegacyAnswer.ConsumerNotFound);
        }

        var (rights, question) = (grants.Current, Ask(entry));
        decision = Decide.Evaluate(rights, question);
        if (!decision.IsAllowed)
        {
            return (decision.Reason, Refusal(decision.Code));
        }

        entry.Charges = BudgetLine.Of(rights, decision, question);
        return null;
    }

    /// <summary>The question as its evidence tells it, so that it can be asked again from there. A person stands for the call where the agent is one, else a system does.</summary>
    private Question Ask(EvidenceEntry entry) => new(entry.AgencyId, entry.DatasetId!, entry.DatasetVersion!, entry.Purpose, Channel.Api, clock.GetUtcNow())
    {
        Officer = Guid.TryParse(entry.AgentId, out var person) ? person : null,
        Case = entry.Case,
    };

    private LegacyAnswer Project(SourceAnswer found, Decision decision)
    {
        using var span = AdapterTelemetry.Source.StartActivity("project");
        return new(200, FieldProjection.Project(found.Record.Span, grants.SetOf(decision.Fields)));
    }

    /// <summary>95010: the agency has no right. 95011: it has, but not for what this call says. The text tells which rule it was.</summary>
    private static LegacyAnswer Refusal(DecisionCode code) => code switch
    {
        DecisionCode.PurposeNotGranted => NoPurpose,
        DecisionCode.PurposeRequired => PurposeNeeded,
        DecisionCode.Revoked => Revoked,
        DecisionCode.Expired => Expired,
        DecisionCode.NotYetValid => NotYetValid,
        DecisionCode.ChannelNotGranted => NoChannel,
        DecisionCode.Suspended => Suspended,
        DecisionCode.RecertificationDue => RecertificationDue,
        DecisionCode.DelegationNotInForce => NotCovered,
        DecisionCode.PurposeOutsidePeriod => PurposeOver,
        DecisionCode.CaseRequired => CaseNeeded,
        DecisionCode.OfficerNotRegistered => NoOfficer,
        DecisionCode.OfficerOutsidePeriod => OfficerNotNow,
        _ => NoGrant,
    };

    private static readonly LegacyAnswer NoGrant = LegacyAnswer.Coded(403, "95010", "Your agency has no grant for this service.");
    private static readonly LegacyAnswer Revoked = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service has been revoked.");
    private static readonly LegacyAnswer Expired = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service has expired.");
    private static readonly LegacyAnswer NotYetValid = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service is not valid yet.");
    private static readonly LegacyAnswer Suspended = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service is suspended.");
    private static readonly LegacyAnswer RecertificationDue = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service has to be recertified.");
    private static readonly LegacyAnswer NotCovered = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service hangs on another that does not cover it now: ask your central agency.");
    private static readonly LegacyAnswer NoChannel = LegacyAnswer.Coded(403, "95010", "Your agency's grant for this service does not cover the API.");
    private static readonly LegacyAnswer NoPurpose = LegacyAnswer.Coded(403, "95011", "Your agency's grant for this service does not cover this purpose (Gdx-Purpose, or your client's default).");
    private static readonly LegacyAnswer PurposeNeeded = LegacyAnswer.Coded(403, "95011", "The call names no purpose and your client has no default: name one in Gdx-Purpose.");
    private static readonly LegacyAnswer PurposeOver = LegacyAnswer.Coded(403, "95011", "Your agency's grant for this service does not cover this purpose at this time.");
    private static readonly LegacyAnswer CaseNeeded = LegacyAnswer.Coded(403, "95011", "For this purpose your agency's grant asks for a case number: name it in Gdx-Case.");
    private static readonly LegacyAnswer NoOfficer = LegacyAnswer.Coded(403, "95011", "The officer is not registered by your agency's SuperUser for this service and purpose.");
    private static readonly LegacyAnswer OfficerNotNow = LegacyAnswer.Coded(403, "95011", "The officer's registration for this service is not valid at this time.");
}
