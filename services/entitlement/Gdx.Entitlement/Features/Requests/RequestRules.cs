using System.Text.Json;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using RequestStep = Gdx.Entitlement.Data.RequestStep;

namespace Gdx.Entitlement.Features;

/// <summary>What a caller is, as far as requests mind.</summary>
/// <param name="Agency">The agency that the session acts for.</param>
/// <param name="Writes">May write requests for it.</param>
/// <param name="DataOwner">Decides about its data.</param>
/// <param name="Admin">Its OrganizationAdmin.</param>
/// <param name="SuperUser">Its SuperUser.</param>
/// <param name="Operator">An operator.</param>
public readonly record struct Standing(Guid? Agency, bool Writes, bool DataOwner, bool Admin, bool SuperUser, bool Operator);

/// <summary>What follows on what in a request: pure, without a database and a clock.</summary>
public static class RequestRules
{
    /// <summary>As procedure files and events write it: super-user.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static bool IsWritable(RequestState state) => state is RequestState.Draft or RequestState.Returned;

    public static bool IsOver(RequestState state) => state is not (RequestState.Draft or RequestState.Returned or RequestState.InProgress);

    /// <summary>The side on which this caller would take this step; null where it is not theirs.</summary>
    public static Side? SideOf(AccessRequest request, RequestStep step, Standing caller) => step.Actor switch
    {
        StepActor.Agency => caller.Writes && caller.Agency == request.AgencyId ? Side.Maker : null,
        StepActor.SuperUser => caller.SuperUser && caller.Agency == request.AgencyId ? Side.Maker : null,
        StepActor.Owner or StepActor.Bureau when step.OnPaper => caller.Operator ? Side.Owner : null,
        StepActor.Owner or StepActor.Bureau => caller.DataOwner && caller.Agency == step.ActorAgencyId ? Side.Owner : null,
        StepActor.Central => caller.Admin && caller.Agency == step.ActorAgencyId ? Side.Owner : null,
        StepActor.Operator => caller.Operator ? Side.Operator : null,
        _ => null,
    };

    /// <summary>The request is handed in: its steps are those of the procedure. What was done by then and is no decision stays done.</summary>
    public static void Begin(AccessRequest request, ProcedureFile procedure, Guid? bureau, DateTimeOffset now)
    {
        request.Steps.RemoveAll(step => procedure.Steps.All(next => next.Id != step.StepId));
        foreach (var (position, from) in procedure.Steps.Index())
        {
            var step = request.Steps.Find(known => known.StepId == from.Id);
            if (step is null)
            {
                step = new RequestStep { Id = Guid.CreateVersion7(now), RequestId = request.Id, StepId = from.Id, State = StepState.Waiting };
                request.Steps.Add(step);
            }

            step.Position = position;
            (step.Kind, step.Actor, step.Source) = (from.Kind, from.Actor, from.Source.Length == 0 ? null : from.Source);
            step.ActorAgencyId = from.Actor switch
            {
                StepActor.Agency or StepActor.SuperUser => request.AgencyId,
                StepActor.Owner => request.OwnerAgencyId,
                StepActor.Bureau => bureau,
                StepActor.Central => request.CentralAgencyId,
                _ => null,
            };
            (step.Needs, step.Letters) = ([.. from.Needs], [.. from.Letters.Where(letter => letter.Required).Select(letter => letter.Kind)]);
            if (step.State != StepState.Done || step.Kind is StepKind.Attach or StepKind.Decide)
            {
                Reset(step);
            }
        }

        (request.State, request.SubmittedAt, request.Reason) = (RequestState.InProgress, now, null);
        (request.OfficersManaged, request.RecertifyMonths) = (procedure.OfficersManaged, procedure.RecertifyMonths);
    }

    /// <summary>Opens what waits for nothing any more; those that it opened.</summary>
    public static List<RequestStep> OpenReady(AccessRequest request, DateTimeOffset now)
    {
        var ready = request.Steps.Where(step => step.State == StepState.Waiting && step.Needs.TrueForAll(need => request.Steps.Exists(other => other.StepId == need && other.State == StepState.Done)))
            .OrderBy(step => step.Position).ToList();
        foreach (var step in ready)
        {
            (step.State, step.OpenedAt) = (StepState.Open, now);
        }

        return ready;
    }

    public static void Done(RequestStep step, Guid person, DateTimeOffset now, string? note = null) =>
        (step.State, step.DoneAt, step.DoneBy, step.Note) = (StepState.Done, now, person, note);

    /// <summary>It goes back to those who wrote it: decisions are void.</summary>
    public static void Return(AccessRequest request, string reason)
    {
        foreach (var step in request.Steps.Where(step => step.State != StepState.Done || step.Kind is StepKind.Attach or StepKind.Decide))
        {
            Reset(step);
        }

        (request.State, request.Reason, request.ParentGrantId) = (RequestState.Returned, reason, null);
    }

    /// <summary>What is left of what is asked for after the decisions so far; null where that is nothing.</summary>
    public static Scope? Granted(AccessRequest request) =>
        request.Steps.Where(step => step.Decision is not null).Aggregate((Scope?)request.Asked, (left, step) => left?.After(step.Decision!));

    /// <summary>Whether a letter of this kind is there that counts for the step, and whether one covers the scope.</summary>
    public static (bool There, bool Covers) Letter(RequestStep step, string kind, IEnumerable<CoveringLetter> letters, Scope scope)
    {
        var of = letters.Where(letter => letter.Kind == kind && Counts(step, letter)).ToList();
        return (of.Count > 0, of.Exists(letter => letter.Scope.Contains(scope)));
    }

    /// <summary>Whether the step rests on letters: not where its own people decide on the exchange.</summary>
    public static bool RestsOnLetters(RequestStep step) => step.OnPaper || step.Actor is StepActor.Agency or StepActor.SuperUser;

    /// <summary>What the owner answered on paper is what a checker attached: whoever asks does not hand in the answer.</summary>
    private static bool Counts(RequestStep step, CoveringLetter letter) => !step.OnPaper || FourEyes.Checks(letter.Side);

    /// <summary>The letter on which the grant rests: the permit where one was recorded, then what else a checker attached, otherwise the first that was asked for.</summary>
    public static CoveringLetter? Basis(AccessRequest request, IReadOnlyCollection<CoveringLetter> letters, Scope granted) =>
        (from step in request.Steps.Where(RestsOnLetters)
         from kind in step.Letters
         from letter in letters
         where letter.Kind == kind && Counts(step, letter) && letter.Scope.Contains(granted)
         orderby step.OnPaper && step.Kind == StepKind.Decide descending, FourEyes.Checks(letter.Side) descending, step.Position, letter.Id descending
         select letter).FirstOrDefault();

    private static void Reset(RequestStep step) =>
        (step.State, step.OpenedAt, step.DoneAt, step.DoneBy, step.Note, step.Decision) = (StepState.Waiting, null, null, null, null, null);
}

/// <summary>A letter as far as rules mind.</summary>
public sealed record CoveringLetter(Guid Id, string Kind, Scope Scope, byte[] Sha256, Side Side);
