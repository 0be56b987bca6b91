using System.Globalization;
using System.Net;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private const int MostInReport = 1000; // About 100 kB, a tenth of what a message may have.

    /// <summary>gRPC gdx.identity.v1.ApiClients/ReportUse: which secrets were used, and guessed at, during the last minute, from the linkage-adapter.</summary>
    [Authorize(Roles = Roles.LinkageAdapter)]
    public override async Task<ReportUseReply> ReportUse(ReportUseRequest request, ServerCallContext context)
    {
        if (request.Uses.Count > MostInReport || request.Guesses.Count > MostInReport)
        {
            throw Problems.Invalid(request.Uses.Count > MostInReport ? "uses" : "guesses", string.Create(CultureInfo.InvariantCulture, $"must be at most {MostInReport}"));
        }

        List<UseNote> uses = [.. request.Uses.Select(use => new UseNote(
            Fields.Id("uses.api_client_id", use.ApiClientId),
            use.SecretGeneration >= 0 ? use.SecretGeneration : throw Problems.Invalid("uses.secret_generation", "must not be negative"),
            Fields.Text("uses.agent_id", use.AgentId, 36),
            Fields.Time("uses.last_used_at", use.LastUsedAt)))];
        List<GuessNote> guesses = [.. request.Guesses.Select(guess => new GuessNote(
            guess.TargetCase == SecretGuesses.TargetOneofCase.Address
                ? (IPAddress.TryParse(guess.Address, out var address) ? address.ToString() : throw Problems.Invalid("guesses.address", "must be a network address"))
                : Fields.Id("guesses.api_client_id", guess.ApiClientId).ToString(),
            guess.Count is > 0 and < int.MaxValue ? guess.Count : throw Problems.Invalid("guesses.count", "must be positive")))];
        await UsageNotes.WriteAsync(db, uses, guesses, clock.GetUtcNow(), context.CancellationToken);
        return new ReportUseReply();
    }
}
