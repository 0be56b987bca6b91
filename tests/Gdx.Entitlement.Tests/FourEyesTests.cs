using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Features;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Microsoft.Extensions.Configuration;
using Dataset = Gdx.Catalog.Contracts.V1.Dataset;

namespace Gdx.Entitlement.Tests;

/// <summary>
/// Humans with every account, role and agency that there is try everything in every order, and none is ever maker and checker of one right: 20,000 sequences
/// of 40 attempts by default, 1,000,000 with <c>GDX_TEST_FULL=1</c>. The service itself, over gRPC, says the same as the model.
/// </summary>
public sealed class FourEyesTests(RequestsApp app)
{
    private const int Attempts = 40; // Three requests one after the other, with returns and renewals: longer sequences reach nothing new.
    private static readonly int Sequences = TestEnvironment.TestEnvironment.Full ? 1_000_000 : 20_000;
    private static readonly int RealSequences = TestEnvironment.TestEnvironment.Full ? 60 : 10; // 40 calls each.

    [Fact]
    public void No_sequence_of_attempts_makes_one_human_maker_and_checker_of_one_right()
    {
        var book = Book();
        var (approved, renewed, delegated, refused) = (0L, 0L, 0L, 0L);
        Parallel.For(0, Sequences, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var (model, random) = (new FourEyesModel(book, FourEyes.MayAct), new Random(seed));
            for (var n = 0; n < Attempts; n++)
            {
                var attempt = Next(random, model);
                var outcome = model.Try(attempt);
                Assert.True(model.Violation is null, $"Sequence {seed}, attempt {n} ({attempt}): {model.Violation}");
                Interlocked.Add(ref refused, outcome == "same_person" ? 1 : 0);
            }

            Interlocked.Add(ref approved, model.Grants.Count);
            Interlocked.Add(ref renewed, model.Grants.Count(grant => grant.Renews is not null));
            Interlocked.Add(ref delegated, model.Grants.Count(grant => grant.Agency == FourEyesModel.Regional));
        });

        // The search has been where it matters.
        Assert.True(approved > Sequences / 2 && renewed > Sequences / 30 && delegated > Sequences / 30 && refused > Sequences, $"{approved} rights, {renewed} renewed, {delegated} delegated, {refused} refused");
    }

    public static TheoryData<string, Func<Side?, bool?, Side, bool>> BrokenRules => new()
    {
        { "forgets renewals", (inRequest, _, side) => FourEyes.MayAct(inRequest, null, side) },
        { "forgets that owner and operator are two", (inRequest, checker, side) => FourEyes.MayAct(null, checker, side) },
        { "lets everybody", (_, _, _) => true },
        { "lets whoever checked write", (inRequest, checker, side) => side == Side.Maker || FourEyes.MayAct(inRequest, checker, side) },
    };

    [Theory]
    [MemberData(nameof(BrokenRules), DisableDiscoveryEnumeration = true)]
    public void The_search_finds_the_way_round_a_rule_that_has_a_hole(string hole, Func<Side?, bool?, Side, bool> rule)
    {
        var book = Book();

        Assert.True(
            Enumerable.Range(0, 20_000).Any(seed =>
            {
                var (model, random) = (new FourEyesModel(book, rule), new Random(seed));
                for (var n = 0; n < Attempts && model.Violation is null; n++)
                {
                    model.Try(Next(random, model));
                }

                return model.Violation is not null;
            }),
            $"no way round a rule that {hole}");
    }

    [Fact]
    public async Task The_service_says_the_same_as_the_model()
    {
        var book = Book();
        var outcomes = new List<string>();
        for (var seed = 0; seed < RealSequences; seed++)
        {
            var (model, real, random) = (new FourEyesModel(book, FourEyes.MayAct), new Real(app), new Random(seed + 1_000_000));
            for (var n = 0; n < Attempts; n++)
            {
                var attempt = Next(random, model, withCredentials: false);
                // The model first looks which grant the central agency would give from: it is gone afterwards where it was renewed.
                var parent = attempt.Deed == Deed.Decide ? model.Parent(model.Requests[attempt.About].Dataset) : null;
                var (expected, actual) = (model.Try(attempt), await real.TryAsync(attempt, parent is null ? null : model.Grants.IndexOf(parent)));
                Assert.True(expected == actual, $"Sequence {seed}, attempt {n} ({attempt}): the model says '{expected}', the service '{actual}'");
                outcomes.Add(expected);
            }
        }

        Assert.Contains("same_person", outcomes);
        Assert.True(outcomes.Count(outcome => outcome.Length == 0) > RealSequences * Attempts / 3);
    }

    /// <summary>What somebody tries next: mostly what is due, half of the time by somebody whose office it is, and now and then anything.</summary>
    private static Attempt Next(Random random, FourEyesModel model, bool withCredentials = true)
    {
        var attempt = Any(random, model, withCredentials);
        return random.Next(2) == 0 ? attempt : attempt with
        {
            Human = attempt.Hat switch
            {
                Hat.Owner or Hat.CentralAdmin when attempt.Deed is Deed.Decide or Deed.Return => 2,
                Hat.Operator => attempt.Step == "operator" ? 4 : 3,
                _ => random.Next(2),
            },
        };
    }

    private static Attempt Any(Random random, FourEyesModel model, bool withCredentials)
    {
        var (human, datasets) = (random.Next(FourEyesModel.Humans), withCredentials ? 3 : 2);
        if (model.Requests.Count == 0 || random.Next(10) == 0)
        {
            return New(Writer());
        }

        // Late requests first: sequences come to an end.
        var about = random.Next(3) > 0 ? model.Requests.Count - 1 : random.Next(model.Requests.Count);
        var asking = model.Requests[about];
        var (request, step) = (asking.Request, asking.Request.Steps.Find(step => step.State == StepState.Open));
        var own = request.AgencyId == FourEyesModel.Regional ? Hat.RegionalAdmin : request.AgencyId == FourEyesModel.Central ? Hat.CentralAdmin : random.Next(2) == 0 ? Hat.Admin : Hat.Officer;
        if (random.Next(8) == 0)
        {
            var deed = (Deed)random.Next(2, withCredentials ? 10 : 9);
            var hat = deed is Deed.Decide or Deed.Return ? (Hat[])[Hat.Admin, Hat.RegionalAdmin, Hat.CentralAdmin, Hat.Owner, Hat.Operator] : deed is Deed.Attach ? Enum.GetValues<Hat>() : Enum.GetValues<Hat>()[..4];
            return new(deed, human, hat[random.Next(hat.Length)], about, 0, (string[])["ask", "owner", "operator", "central"] is var steps ? steps[random.Next(4)] : "");
        }

        if (RequestRules.IsOver(request.State))
        {
            return model.Grants.Count > 0 && random.Next(4) > 0 ? new(Deed.Renew, human, HatOf(model.Grants[^1].Agency), model.Grants.Count - 1, 0, "") : New(Writer());
        }

        var writable = RequestRules.IsWritable(request.State);
        return (writable, random.Next(10)) switch
        {
            (true, < 4) => new(Deed.Attach, human, own, about, 0, request.ProcedureId == "dbd" ? "owner-letter" : "ask"),
            (true, < 9) => new(Deed.Submit, human, own, about, 0, ""),
            (true, _) => new(Deed.Edit, human, own, about, 0, ""),
            (false, 0) => new(Deed.Narrow, human, own, about, 0, ""),
            (false, 1) => new(Deed.Return, human, DeciderOf(step), about, 0, step?.StepId ?? "operator"),
            (false, 2 or 3) when step?.OnPaper is true => new(Deed.Attach, human, Hat.Operator, about, 0, step.StepId),
            (false, _) when step?.Kind == StepKind.Credentials => new(Deed.HandOver, human, random.Next(2) == 0 ? own : Hat.Operator, about, 0, ""),
            _ => new(Deed.Decide, human, DeciderOf(step), about, 0, step?.StepId ?? "operator"),
        };

        Hat Writer() => (Hat)random.Next(4);

        Attempt New(Hat hat) => new(Deed.Save, human, hat, 0, hat is Hat.RegionalAdmin or Hat.CentralAdmin ? 0 : random.Next(datasets), "");

        static Hat HatOf(Guid agency) => agency == FourEyesModel.Regional ? Hat.RegionalAdmin : agency == FourEyesModel.Central ? Hat.CentralAdmin : Hat.Admin;

        static Hat DeciderOf(Gdx.Entitlement.Data.RequestStep? step) => step?.Actor switch
        {
            StepActor.Owner when !step.OnPaper => Hat.Owner,
            StepActor.Central => Hat.CentralAdmin,
            _ => Hat.Operator,
        };
    }

    private static ProcedureBook Book()
    {
        var folder = Directory.CreateTempSubdirectory("gdx-procedures-");
        File.WriteAllText(Path.Combine(folder.FullName, "quick.json"), RequestsApp.Quick);
        var book = ProcedureBook.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Entitlement:Procedures", folder.FullName)]).Build());
        folder.Delete(recursive: true);
        return book;
    }

    /// <summary>The same attempts at the service: people, agencies and datasets of its own.</summary>
    private sealed class Real
    {
        private readonly RequestsApp app;
        private readonly Guid agency, regional, central, ownerAgency;
        private readonly Dataset[] datasets;
        private readonly Guid[] people = [.. Enumerable.Range(0, FourEyesModel.Humans).Select(_ => Guid.CreateVersion7())];
        private readonly List<(string Id, Dataset Dataset, string Renews)> requests = [];
        private readonly List<(string Id, Dataset Dataset)> grants = [];

        public Real(RequestsApp app)
        {
            this.app = app;
            (agency, central, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
            regional = app.Neighbours.NewAgency(AgencyKind.Regional, central);
            datasets = [app.Dataset(owner: ownerAgency), app.Dataset()];
        }

        public async Task<string> TryAsync(Attempt attempt, int? parent)
        {
            var who = attempt.Hat switch
            {
                Hat.Admin => app.As(people[attempt.Human], agency, Roles.OrganizationAdmin),
                Hat.Officer => app.As(people[attempt.Human], agency, Roles.Officer, Menus.RequestData),
                Hat.RegionalAdmin => app.As(people[attempt.Human], regional, Roles.OrganizationAdmin),
                Hat.CentralAdmin => app.As(people[attempt.Human], central, Roles.OrganizationAdmin),
                Hat.Owner => app.As(people[attempt.Human], ownerAgency, Roles.DataOwner),
                _ => app.As(people[attempt.Human], null, Roles.Operator),
            };
            try
            {
                await DoAsync(attempt, who, parent);
                return "";
            }
            catch (Grpc.Core.RpcException refused)
            {
                return (await Refusal.OfAsync(() => throw refused)).Code.Split('.')[^1];
            }
        }

        private async Task DoAsync(Attempt attempt, Someone who, int? parent)
        {
            if (attempt.Deed is Deed.Save or Deed.Renew)
            {
                var dataset = attempt.Deed == Deed.Save ? datasets[attempt.Which] : grants[attempt.About].Dataset;
                var draft = await app.DraftAsync(who, dataset, wish => wish.RenewsGrantId = attempt.Deed == Deed.Renew ? grants[attempt.About].Id : "");
                requests.Add((draft.Id, dataset, draft.RenewsGrantId));
                return;
            }

            var (id, of, renews) = requests[attempt.About];
            switch (attempt.Deed)
            {
                case Deed.Edit:
                    await app.Requests.SaveAsync(RequestsApp.Wish(of, wish => (wish.RequestId, wish.RenewsGrantId) = (id, renews)), who.Metadata);
                    break;
                case Deed.Attach:
                    await app.AttachAsync(who, id, attempt.Step switch { "ask" => "ask-letter", "owner" => "permit", var none => none });
                    break;
                case Deed.Submit:
                    await app.Requests.SubmitAsync(new() { RequestId = id }, who.Metadata);
                    break;
                case Deed.Narrow:
                    await app.Requests.NarrowAsync(new() { RequestId = id, Scope = RequestsApp.Wish(of).Scope }, who.Metadata);
                    break;
                case Deed.Withdraw:
                    await app.Requests.WithdrawAsync(new() { RequestId = id }, who.Metadata);
                    break;
                case Deed.Return:
                    await app.Requests.ReturnAsync(new() { RequestId = id, StepId = attempt.Step, Reason = "x" }, who.Metadata);
                    break;
                default:
                    var seen = await app.Requests.GetAsync(new() { RequestId = id }, who.Metadata);
                    var decided = await app.Requests.DecideAsync(
                        RequestsApp.Grant(seen, attempt.Step, decision => decision.ParentGrantId = parent is { } given ? grants[given].Id : Guid.NewGuid().ToString()),
                        who.Metadata);
                    if (decided.State == RequestState.Approved)
                    {
                        grants.Add((decided.GrantId, of));
                    }

                    break;
            }
        }
    }
}
