using System.Diagnostics;
using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Grpc.Core;
using Npgsql;

namespace Gdx.Bench;

/// <summary>
/// Searching the dictionary: 1,000 datasets with 20,000 fields, saved by the front door, then words in Thai and English: the query that Catalog runs (trigram
/// indexes), the whole answer of Datasets/Find over gRPC, and as a peer the same question by plain ILIKE over the same rows without an index.
/// </summary>
internal static class CatalogSearchBench
{
    private const int Datasets = 1000;
    private const int FieldsEach = 20;
    private const int Rounds = 60; // With six words in each language 360 samples of each: enough for a 95th percentile.

    private const string Indexed = """
        SELECT slug FROM dataset WHERE id IN (SELECT id FROM dataset WHERE search_text LIKE $1 UNION SELECT dataset_id FROM field WHERE search_text LIKE $1) ORDER BY slug, version LIMIT 51
        """;

    private const string Plain = """
        SELECT slug FROM dataset d WHERE name_th ILIKE $1 OR name_en ILIKE $1 OR owner_th ILIKE $1 OR owner_en ILIKE $1 OR description_th ILIKE $1 OR description_en ILIKE $1
            OR EXISTS (SELECT FROM field f WHERE f.dataset_id = d.id AND (f.name ILIKE $1 OR f.label_th ILIKE $1 OR f.label_en ILIKE $1 OR f.description_th ILIKE $1 OR f.description_en ILIKE $1))
            ORDER BY slug, version LIMIT 51
        """;

    private static readonly (string Thai, string English)[] Things =
    [
        ("ทะเบียนรถ", "vehicle"), ("โฉนดที่ดิน", "land deed"), ("ใบอนุญาต", "licence"), ("ภาษีโรงเรือน", "house tax"), ("น้ำบาดาล", "groundwater"), ("เกษตรกร", "farmer"), ("โรงงาน", "factory"), ("โรงเรียน", "school"),
        ("ผู้พิการ", "disability"), ("ประกันสังคม", "social security"), ("หนังสือเดินทาง", "passport"), ("ครุภัณฑ์", "equipment"), ("ป่าไม้", "forest"), ("ประมง", "fishery"), ("แรงงาน", "labour"), ("สาธารณสุข", "health"),
    ];

    private static readonly (string Thai, string English)[] Facts = [("วันที่ออก", "date of issue"), ("เลขที่", "number"), ("ชื่อเจ้าของ", "name of owner"), ("สถานะ", "status"), ("จำนวนเงิน", "amount"), ("ที่ตั้ง", "location"), ("ประเภท", "type")];

    public static async Task<IReadOnlyList<Row>> RunAsync(BenchSystem system, CancellationToken ct)
    {
        var client = system.Exchange.Datasets;
        await LoadAsync(client, await system.Exchange.AsMakerAsync(), ct);
        await using var source = NpgsqlDataSource.Create(system.Database("catalog"));
        await using var connection = await source.OpenConnectionAsync(ct);
        await using (var tidy = new NpgsqlCommand("VACUUM ANALYZE", connection))
        {
            await tidy.ExecuteNonQueryAsync(ct); // As autovacuum does within minutes.
        }

        List<Row> rows = [];
        foreach (var (language, words) in new[] { ("Thai", Things.Take(6).Select(thing => thing.Thai).ToArray()), ("English", [.. Things.Take(6).Select(thing => thing.English)]) })
        {
            var caller = await system.Exchange.AsMakerAsync();
            List<double> indexed = [], plain = [], answered = [];
            for (var round = -3; round < Rounds; round++)
            {
                foreach (var word in words)
                {
                    var times = (await QueryAsync(connection, Indexed, word, ct), await QueryAsync(connection, Plain, word, ct), await FindAsync(client, caller, word, ct));
                    if (round >= 0) // The first rounds warm up.
                    {
                        indexed.Add(times.Item1);
                        plain.Add(times.Item2);
                        answered.Add(times.Item3);
                    }
                }
            }

            rows.AddRange(from measured in new[] { ("search query", indexed), ("Datasets/Find, page of 50 with its fields", answered) }
                          from percentile in new[] { 50, 95 }
                          let own = Percentile(measured.Item2, percentile)
                          let peer = Percentile(plain, percentile)
                          select new Row($"{measured.Item1}, {language}, p{percentile}", "ms", own, "plain ILIKE, no index", peer, own / peer, plain.Count));
        }

        return rows;
    }

    private static async Task LoadAsync(Datasets.DatasetsClient client, Metadata caller, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Datasets), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (n, stop) =>
            await client.SaveDraftAsync(new() { Dataset = One(n) }, caller, cancellationToken: stop));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Saved {Datasets} datasets with {Datasets * FieldsEach} fields in {clock.Elapsed.TotalSeconds:0} s."));
    }

    private static Dataset One(int n)
    {
        var thing = Things[n % Things.Length];
        return new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"bench.d{n}"),
            Version = "1",
            NameTh = $"ข้อมูลชุดที่ {n}",
            NameEn = $"Dataset {n}",
            OwnerTh = "กรมทดสอบ",
            OwnerEn = "Department of Tests",
            LegalBasisTh = "กฎทดสอบ",
            LegalBasisEn = "Test rule",
            Classification = Classification.Internal,
            Fields =
            {
                Enumerable.Range(0, FieldsEach).Select(field => (Fact: Facts[(n + field) % Facts.Length], Thing: field < 2 ? thing : ("รายการ", "record"), Number: field)).Select(one => new Field
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"f{n}x{one.Number}"),
                    LabelTh = $"{one.Fact.Thai}{one.Thing.Item1} {n}",
                    LabelEn = $"{one.Fact.English} {one.Thing.Item2} {n}",
                    Type = FieldType.Text,
                    Sensitivity = Sensitivity.Ordinary,
                    Example = "ตัวอย่าง",
                }),
            },
        };
    }

    private static async Task<double> QueryAsync(NpgsqlConnection connection, string sql, string word, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = $"%{word}%" } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = 0;
        while (await reader.ReadAsync(ct))
        {
            found++;
        }

        return found > 0 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new BenchException($"The search for {word} found nothing.");
    }

    private static async Task<double> FindAsync(Datasets.DatasetsClient client, Metadata caller, string word, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        var found = await client.FindAsync(new() { Query = word, States = { VersionState.Draft } }, caller, cancellationToken: ct);
        return found.Datasets.Count > 0 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new BenchException($"Datasets/Find found nothing for {word}.");
    }

    private static double Percentile(List<double> samples, int percent)
    {
        var sorted = samples.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }
}
