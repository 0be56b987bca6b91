using Gdx.Catalog.Data;

namespace Gdx.Catalog.Features;

/// <summary>The addresses of datasets and fields, which stay the same whoever asks and by whatever name this service is reached (setting <c>Gdx:PublicUrl</c>).</summary>
public sealed class CatalogAddress(IConfiguration settings)
{
    private readonly string root = (settings["Gdx:PublicUrl"] ?? "http://localhost:5603").TrimEnd('/');

    /// <summary>Where the exchange's own wire answers, as programs call it; in OpenAPI documents.</summary>
    public string Gateway { get; } = (settings["Gdx:GatewayUrl"] ?? "https://api.egov.go.th").TrimEnd('/');

    public string Of(string slug) => $"{root}/datasets/{slug}";

    public string Of(DatasetEntry dataset) => $"{root}/datasets/{dataset.Slug}/{dataset.Version}";

    public string Of(DatasetEntry dataset, FieldEntry field) => $"{Of(dataset)}/fields/{Uri.EscapeDataString(field.Name)}";
}
