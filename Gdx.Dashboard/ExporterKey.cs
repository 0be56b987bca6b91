using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Gdx.Dashboard;

/// <summary>Takes telemetry only from who has the key of this run (header <c>x-otlp-api-key</c>).</summary>
public sealed class ExporterKey(string key) : Interceptor
{
    private readonly byte[] expected = Encoding.UTF8.GetBytes(key);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.RequestHeaders.GetValue("x-otlp-api-key") ?? ""), expected)
            ? continuation(request, context)
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "The x-otlp-api-key is missing or wrong."));
}
