using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/Export: a version as OpenAPI 3.1, JSON Schema 2020-12 or DCAT 3. Over HTTP the same documents have addresses of their own (ReadDataset).</summary>
public sealed partial class DatasetService
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Authorize(Roles = Readers)]
    public override async Task<ExportDatasetReply> Export(ExportDatasetRequest request, ServerCallContext context)
    {
        var format = Fields.Known("format", request.Format);
        var (type, text) = Document(await OneAsync(request.DatasetId, request.Version, context), format, address, clock.Now());
        return new() { MediaType = type, Content = text, Etag = Tag(text) };
    }

    public static (string Type, string Text) Document(DatasetEntry dataset, ExportFormat format, CatalogAddress address, DateTimeOffset now) => format switch
    {
        ExportFormat.Openapi => ("application/vnd.oai.openapi+json;version=3.1", Write(OpenApiDocument.Of(dataset, address))),
        ExportFormat.JsonSchema => ("application/schema+json", Write(SchemaDocument.Of(dataset, address))),
        ExportFormat.DcatJsonLd => ("application/ld+json", Write(DcatGraph.JsonLd(DcatGraph.Of(dataset, address, now)))),
        ExportFormat.DcatTurtle => ("text/turtle; charset=utf-8", DcatGraph.Turtle(DcatGraph.Of(dataset, address, now))),
        _ => throw new InvalidOperationException($"{format} is no format."),
    };

    public static string Write(JsonNode json) => json.ToJsonString(Readable) + "\n";

    /// <summary>A strong entity tag: the same bytes have the same, other bytes another.</summary>
    public static string Tag(string text) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}\"";
}
