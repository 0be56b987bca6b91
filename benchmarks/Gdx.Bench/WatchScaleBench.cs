using System.Diagnostics;
using System.Globalization;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.LinkageAdapter.Watching;
using Google.Protobuf.WellKnownTypes;
using Question = Gdx.Entitlement.Decisions.Question;

namespace Gdx.Bench;

/// <summary>
/// What the adapter keeps of rights, as they grow from a thousand to a million: how long it takes to load what Entitlement tells, how much memory it needs, and
/// how long one decision takes, beside a plain dictionary of the same grants in the same process and minutes.
/// </summary>
internal static class WatchScaleBench
{
    private const int Decisions = 200_000; // Two thousand of them are past the 99th percentile.
    private const int GrantsPerAgency = 10;
    private const int GrantsPerGroup = 100;
    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 5, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Row> Run(CancellationToken ct)
    {
        var rows = new List<Row>();
        Measure(Sizes[0]); // Until the just-in-time compiler has settled.
        foreach (var size in Sizes)
        {
            ct.ThrowIfCancellationRequested();
            Console.WriteLine($"{size:N0} grants, load {Race.Load()}.");
            rows.AddRange(Measure(size));
        }

        return rows;
    }

    private static IReadOnlyList<Row> Measure(int size)
    {
        var before = Settled();
        var book = new GrantBook();
        var loading = Load(book, size);
        var own = Settled() - before;
        // The peer holds the same grants, so what it needs beside them is what is compared.
        before = Settled();
        var watch = Stopwatch.StartNew();
        var plain = new Dictionary<(Guid, string, string), Entitlement.Decisions.Grant>();
        for (var i = 0; i < size; i++)
        {
            var grant = book.Current.Find(Id(i, 1))!;
            plain[(grant.AgencyId, grant.DatasetId, grant.Version)] = grant;
        }

        watch.Stop();
        var peer = Settled() - before;
        var random = new Random(size);
        var questions = Enumerable.Range(0, Decisions).Select(_ => Ask(random.Next(size))).ToArray();
        var allowed = 0;
        var decisions = Times(questions, question => allowed += Decide.Evaluate(book.Current, question).IsAllowed ? 1 : 0);
        var lookups = Times(questions, question => allowed += plain.ContainsKey((question.AgencyId, question.DatasetId, question.Version)) ? 1 : 0);
        if (allowed != Decisions * 2)
        {
            throw new BenchException($"{(Decisions * 2) - allowed} of {Decisions} questions were refused: what was measured was not what is meant.");
        }

        const string Peer = "plain dictionary";
        var of = string.Create(CultureInfo.InvariantCulture, $"{size:N0} grants");
        return
        [
            Row($"{of}: to load", "ms", loading.TotalMilliseconds, watch.Elapsed.TotalMilliseconds, 1),
            Row($"{of}: memory (peer: without the grants)", "MB", own / 1e6, peer / 1e6, 1),
            Row($"{of}: a decision, median", "µs", decisions[Decisions / 2], lookups[Decisions / 2], Decisions),
            Row($"{of}: a decision, 99th percentile", "µs", decisions[Decisions * 99 / 100], lookups[Decisions * 99 / 100], Decisions),
        ];

        static Row Row(string name, string unit, double value, double other, int n) => new(name, unit, value, Peer, other, value / other, n);
    }

    /// <summary>As from the stream, without the time that making the messages takes.</summary>
    private static TimeSpan Load(GrantBook book, int size)
    {
        const int Batch = 5_000; // Messages in memory at a time.
        var watch = new Stopwatch();
        book.BeginSnapshot();
        for (var first = 0; first < size; first += Batch)
        {
            var messages = Enumerable.Range(first, Math.Min(Batch, size - first)).SelectMany(Messages).ToList();
            watch.Start();
            messages.ForEach(book.Apply);
            watch.Stop();
        }

        watch.Start();
        book.CompleteSnapshot();
        return watch.Elapsed;
    }

    private static double[] Times(Question[] questions, Action<Question> act)
    {
        var times = new double[questions.Length];
        for (var i = 0; i < questions.Length; i++)
        {
            var began = Stopwatch.GetTimestamp();
            act(questions[i]);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>A grant, every fifth one handed on by the agency before, every third one for registered officers only; and now and then a group of officers.</summary>
    private static IEnumerable<WatchGrantsReply> Messages(int i)
    {
        var grant = new Entitlement.Contracts.V1.Grant
        {
            Id = Id(i, 1).ToString(),
            Revision = i + 1,
            State = Entitlement.Contracts.V1.GrantState.Conditional,
            AgencyId = Agency(i).ToString(),
            DatasetId = Dataset(i),
            DatasetVersion = "1",
            Channels = { Entitlement.Contracts.V1.Channel.Api },
            ValidFrom = Now.AddYears(-1).ToTimestamp(),
            ValidUntil = Now.AddYears(1).ToTimestamp(),
            PermissionId = Id(i, 4).ToString(),
            OfficersManaged = IsManaged(i),
            Budget = new() { CallsPerSecond = 20, CallsPerDay = 50_000, PersonsPerDay = 20_000, CallsPerOfficerAndDay = 150, PersonsPerOfficerAndDay = 150 },
            ParentGrantId = IsDelegated(i) ? Id(i - GrantsPerAgency, 1).ToString() : "",
        };
        grant.Fields.Add(Enumerable.Range(i % 7, 12).Select(number => $"field{number}"));
        grant.Purposes.Add(["welfare.eligibility", $"purpose.{i % 50}"]);
        grant.PurposeTerms.Add(grant.Purposes.Select(code => new Entitlement.Contracts.V1.PurposeTerms { Code = code, NameTh = "ตรวจสอบสิทธิสวัสดิการ", NameEn = "Checking who is entitled to welfare", CaseRequired = i % 2 == 0 }));
        yield return new() { Grant = grant };
        if (i % GrantsPerGroup != 0)
        {
            yield break;
        }

        foreach (var managed in Enumerable.Range(i, GrantsPerGroup).Where(IsManaged))
        {
            yield return new()
            {
                OfficerGroup = new()
                {
                    Id = Id(managed, 5).ToString(),
                    Revision = i + 1,
                    AgencyId = Agency(managed).ToString(),
                    Active = true,
                    Name = "เคาน์เตอร์",
                    OfficerIds = { Id(managed, 3).ToString() },
                    Rights = { new Entitlement.Contracts.V1.GroupRight { GrantId = Id(managed, 1).ToString(), Fields = { "field6", "field7" }, Purposes = { "welfare.eligibility" } } },
                    ValidFrom = Now.AddYears(-1).ToTimestamp(),
                    ValidUntil = Now.AddYears(1).ToTimestamp(),
                    CallsPerOfficerAndDay = 150,
                },
            };
        }
    }

    private static Question Ask(int i) => new(Agency(i), Dataset(i), "1", "welfare.eligibility", Entitlement.Decisions.Channel.Api, Now) { Case = "1/2569", Officer = IsManaged(i) ? Id(i, 3) : null };

    private static bool IsDelegated(int i) => i >= GrantsPerAgency && i / GrantsPerAgency % 5 == 0;

    private static bool IsManaged(int i) => i % 3 == 0;

    private static string Dataset(int i) => $"dopa.dataset-{i % GrantsPerAgency}";

    private static Guid Agency(int i) => Id(i / GrantsPerAgency, 2);

    // Scattered as real ids are, and the same in every run.
    private static Guid Id(int number, byte kind) => new(unchecked((int)((uint)number * 2_654_435_761u)), (short)number, (short)(number >> 16), [kind, 0, 0, 0, 0, 0, 0, 0]);

    private static long Settled() => GC.GetTotalMemory(forceFullCollection: true);
}
