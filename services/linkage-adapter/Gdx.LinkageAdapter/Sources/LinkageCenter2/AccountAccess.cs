using Gdx.Numbers;
using Polly;

namespace Gdx.LinkageAdapter.Sources.LinkageCenter2;

/// <summary>One agency's way to its Linkage Proxy: the account as it is configured, its session there, and what protects both from a broken proxy.</summary>
public sealed class AccountAccess(Uri proxy, CitizenId systemUser, string officeId, IReadOnlyDictionary<string, Guid> jobs, ResiliencePipeline<HttpResponseMessage> pipeline)
{
    public CitizenId SystemUser => systemUser;

    /// <summary>As LK2 writes it: <c>00023</c> is 23.</summary>
    public int OfficeId { get; } = int.Parse(officeId, System.Globalization.CultureInfo.InvariantCulture);

    public IReadOnlyDictionary<string, Guid> Jobs => jobs;

    public ResiliencePipeline<HttpResponseMessage> Pipeline => pipeline;

    /// <summary>The session that all calls of the agency share.</summary>
    public Session Session { get; } = new();

    /// <summary>An address below the proxy's own, which may have a path.</summary>
    public Uri Address(string path) => new($"{proxy.AbsoluteUri.TrimEnd('/')}/{path}");
}
