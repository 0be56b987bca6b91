using Gdx.LinkageAdapter.Data;

namespace Gdx.LinkageAdapter.Sources;

/// <summary>A service of the legacy wire: which dataset it reads, at which source, under which number there.</summary>
/// <param name="DatasetId">Slug in the catalog.</param>
/// <param name="DatasetVersion">Such as <c>1</c>.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="SourceService">The service's number at the source.</param>
public sealed record LinkedService(string DatasetId, string DatasetVersion, string Source, int SourceService);

/// <summary>
/// Our service numbers. Numbers of the two generations of the Linkage Center differ (27 is a house in the one and a death certificate in
/// the other), so nothing is passed through: what is not in this table does not exist.
/// </summary>
public static class ServiceTable
{
    /// <summary>DOPA's own office: the owner of civil registration.</summary>
    private const string Dopa = "00023";

    private static readonly Dictionary<(string Office, string Service, string Version), LinkedService> Services = new()
    {
        [(Dopa, "001", "01")] = new("dopa.person", "1", SourceAccount.LinkageCenter2, 1),
        [(Dopa, "008", "01")] = new("dopa.house", "1", SourceAccount.LinkageCenter2, 10),
    };

    /// <summary>Null where there is no such service or version at this office.</summary>
    public static LinkedService? Find(string office, string service, string version) => Services.GetValueOrDefault((office, service, version));
}
