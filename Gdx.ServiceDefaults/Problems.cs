using Google.Protobuf;
using Google.Rpc;

namespace Gdx.ServiceDefaults;

/// <summary>Refusals with a stable code and what to do next: problem details over HTTP, <c>google.rpc</c> rich errors over gRPC.</summary>
public static class Problems
{
    private static readonly Dictionary<int, string> Codes = new() { [401] = "caller.unauthenticated", [403] = "caller.forbidden", [404] = "route.unknown", [500] = "server.fault", [503] = "server.database.unavailable" };

    /// <summary>A refusal over HTTP (RFC 9457) with the extension member <c>code</c>.</summary>
    public static ProblemHttpResult Http(int status, string code, string title, string? next = null) =>
        TypedResults.Problem(next, statusCode: status, title: title, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>A refusal over gRPC: <c>google.rpc.Status</c> with an <c>ErrorInfo</c> whose reason is the stable code, such as <c>entitlement.grant.unknown</c>.</summary>
    public static RpcException Rpc(StatusCode status, string code, string message) => Refusal(status, message, new ErrorInfo { Domain = "gdx", Reason = code });

    /// <summary>A refusal over gRPC of one field of the request (<c>BadRequest</c> detail, code <c>request.invalid</c>).</summary>
    public static RpcException Invalid(string field, string why) => Refusal(StatusCode.InvalidArgument, $"{field}: {why}",
        new ErrorInfo { Domain = "gdx", Reason = "request.invalid" }, new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = why } } });

    internal static void AddProblems(this IServiceCollection services)
    {
        services.Configure<ExceptionHandlerOptions>(options => options.StatusCodeSelector = exception =>
            exception is BadHttpRequestException bad ? bad.StatusCode : Database.IsAway(exception) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError);
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions.TryAdd("code", Codes.GetValueOrDefault(context.HttpContext.Response.StatusCode, "request.refused"));
            context.ProblemDetails.Extensions.Remove("exception");
        });
    }

    private static RpcException Refusal(StatusCode status, string message, params IMessage[] details) =>
        new Google.Rpc.Status { Code = (int)status, Message = message, Details = { details.Select(Google.Protobuf.WellKnownTypes.Any.Pack) } }.ToRpcException();
}

/// <summary>Turns what a method could not know about into statuses that leak nothing: a lost race is Aborted, a bug is Internal without its text.</summary>
internal sealed partial class GrpcErrors(ILogger<GrpcErrors> log, IHostApplicationLifetime lifetime) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Guard(() => continuation(request, context), context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(() => continuation(requestStream, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => { await continuation(request, responseStream, context); return true; }, context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => { await continuation(requestStream, responseStream, context); return true; }, context);

    private async Task<T> Guard<T>(Func<Task<T>> call, ServerCallContext context)
    {
        try { return await call(); }
        catch (Exception exception) when (exception is not RpcException) { throw Refuse(exception, context); }
    }

    private RpcException Refuse(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested: return new RpcException(new(StatusCode.Cancelled, "The caller went away or its deadline passed."));
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested: return Problems.Rpc(StatusCode.Unavailable, "server.stopping", "This instance is being stopped. Try again in a few seconds.");
            case DbUpdateConcurrencyException or DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } }:
                return Problems.Rpc(StatusCode.Aborted, "request.conflict", "Someone else changed this at the same moment. Read it again and retry.");
            case var away when Database.IsAway(away) || away is TimeoutException:
                DatabaseAway(exception, context.Method);
                return Problems.Rpc(StatusCode.Unavailable, "server.database.unavailable", "The database cannot be reached. Try again in a few seconds.");
        }

        Bug(exception, context.Method);
        return Problems.Rpc(StatusCode.Internal, "server.fault", "The exchange failed to answer. The operator has been told; try again later.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method}: the database cannot be reached.")] private partial void DatabaseAway(Exception exception, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")] private partial void Bug(Exception exception, string method);
}
