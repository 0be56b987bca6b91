using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gdx.ServiceDefaults;

/// <summary>Refusals with a stable code and what to do next: problem details over HTTP, <c>google.rpc</c> rich errors over gRPC.</summary>
public static class Problems
{
    /// <summary>A refusal over HTTP (RFC 9457) with the extension member <c>code</c>.</summary>
    public static ProblemHttpResult Http(int status, string code, string title, string? next = null) =>
        TypedResults.Problem(next, statusCode: status, title: title, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>A refusal over gRPC: <c>google.rpc.Status</c> with an <c>ErrorInfo</c> whose reason is the stable code, such as <c>entitlement.grant.unknown</c>.</summary>
    public static RpcException Rpc(StatusCode status, string code, string message) => new Google.Rpc.Status
    {
        Code = (int)status,
        Message = message,
        Details = { Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.ErrorInfo { Domain = "gdx", Reason = code }) },
    }.ToRpcException();

    /// <summary>A refusal over gRPC of one field of the request (<c>BadRequest</c> detail, code <c>request.invalid</c>).</summary>
    public static RpcException Invalid(string field, string why) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.InvalidArgument,
        Message = $"{field}: {why}",
        Details =
        {
            Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.ErrorInfo { Domain = "gdx", Reason = "request.invalid" }),
            Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.BadRequest { FieldViolations = { new Google.Rpc.BadRequest.Types.FieldViolation { Field = field, Description = why } } }),
        },
    }.ToRpcException();

    internal static void AddProblems(this IServiceCollection services) => services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
    {
        context.ProblemDetails.Extensions.TryAdd("code", context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => "caller.unauthenticated",
            StatusCodes.Status403Forbidden => "caller.forbidden",
            StatusCodes.Status404NotFound => "route.unknown",
            StatusCodes.Status500InternalServerError => "server.fault",
            _ => "request.refused",
        });
        context.ProblemDetails.Extensions.Remove("exception");
    });
}

/// <summary>Turns what a method could not know about into statuses that leak nothing: a lost race is Aborted, a bug is Internal without its text.</summary>
internal sealed partial class GrpcErrors(ILogger<GrpcErrors> log, IHostApplicationLifetime lifetime) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => await continuation(request, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => { await continuation(request, responseStream, context); return true; }, context);

    private async Task<T> Guard<T>(Func<Task<T>> call, ServerCallContext context)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            throw;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller went away or its deadline passed."));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Problems.Rpc(StatusCode.Unavailable, "server.stopping", "This instance is being stopped. Try again in a few seconds.");
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "Someone else changed this at the same moment. Read it again and retry.");
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException { IsTransient: true } or DbUpdateException { InnerException: Npgsql.NpgsqlException { IsTransient: true } } or TimeoutException)
        {
            DatabaseAway(exception, context.Method);
            throw Problems.Rpc(StatusCode.Unavailable, "server.database.unavailable", "The database cannot be reached. Try again in a few seconds.");
        }
        catch (Exception exception)
        {
            Bug(exception, context.Method);
            throw Problems.Rpc(StatusCode.Internal, "server.fault", "The exchange failed to answer. The operator has been told; try again later.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method}: the database cannot be reached.")]
    private partial void DatabaseAway(Exception exception, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void Bug(Exception exception, string method);
}
