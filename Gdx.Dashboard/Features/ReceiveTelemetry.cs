using Gdx.Dashboard.Otlp;
using Grpc.Core;

namespace Gdx.Dashboard.Features;

/// <summary>gRPC opentelemetry.proto.collector.trace.v1.TraceService/Export: keeps spans.</summary>
public sealed class ReceiveTraces(TelemetryStore store) : TraceService.TraceServiceBase
{
    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        store.Add(request.ResourceSpans);
        return Task.FromResult(new ExportTraceServiceResponse());
    }
}

/// <summary>gRPC opentelemetry.proto.collector.logs.v1.LogsService/Export: keeps log records.</summary>
public sealed class ReceiveLogs(TelemetryStore store) : LogsService.LogsServiceBase
{
    public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
    {
        store.Add(request.ResourceLogs);
        return Task.FromResult(new ExportLogsServiceResponse());
    }
}

/// <summary>gRPC opentelemetry.proto.collector.metrics.v1.MetricsService/Export: takes metrics and keeps none.</summary>
public sealed class ReceiveMetrics : MetricsService.MetricsServiceBase
{
    public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context) =>
        Task.FromResult(new ExportMetricsServiceResponse());
}
