using Grpc.Core;

namespace Gdx.TestEnvironment;

/// <summary>How a gRPC call was refused: its status, the stable code, and the field of the request that was at fault (empty where none was named).</summary>
public sealed record Refusal(StatusCode Status, string Code, string Field)
{
    /// <summary>The refusal that <paramref name="call"/> ends in; fails where it is answered.</summary>
    public static async Task<Refusal> OfAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refused)
        {
            var details = refused.GetRpcStatus();
            return new(
                refused.StatusCode,
                details?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? "",
                details?.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations.SingleOrDefault()?.Field ?? "");
        }

        throw new InvalidOperationException("The call was answered, not refused.");
    }
}
