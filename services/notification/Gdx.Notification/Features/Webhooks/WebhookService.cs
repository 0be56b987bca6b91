using System.Security.Cryptography;
using System.Text;
using Gdx.Identity.Contracts;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>gRPC gdx.notification.v1.Webhooks: where an agency's own systems are told.</summary>
public sealed partial class WebhookService(NotificationDb db, WebhookSecrets secrets, IHostEnvironment environment, TimeProvider clock) : Contracts.V1.Webhooks.WebhooksBase
{
    /// <summary>Those who look after an agency's systems.</summary>
    public const string Keepers = $"{Roles.OrganizationAdmin},{Roles.TechnicalContact}";

    private async Task<Data.Webhook> OwnAsync(string webhookId, Guid agency, CancellationToken ct)
    {
        var id = Fields.Id("webhook_id", webhookId);
        return await db.Webhooks.SingleOrDefaultAsync(webhook => webhook.Id == id && webhook.AgencyId == agency && webhook.RemovedAt == null, ct) ?? throw Unknown();
    }

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "notification.webhook.unknown", "Your agency has no webhook with this id.");

    private static Contracts.V1.Webhook Answer(Data.Webhook webhook) => new()
    {
        Id = webhook.Id.ToString(),
        AgencyId = webhook.AgencyId.ToString(),
        Url = webhook.Url,
        Kinds = { webhook.Kinds.Select(Kinds.Name) },
        CreatedAt = webhook.CreatedAt.ToTimestamp(),
    };

    private static Contracts.V1.WebhookDelivery Answer(Data.WebhookDelivery delivery) => new()
    {
        Id = delivery.Id.ToString(),
        WebhookId = delivery.WebhookId.ToString(),
        Kind = Kinds.Name(delivery.Kind),
        State = (Contracts.V1.DeliveryState)delivery.State,
        CreatedAt = delivery.CreatedAt.ToTimestamp(),
        SentAt = delivery.SentAt?.ToTimestamp(),
        Attempts = delivery.Attempts,
        LastError = delivery.LastError ?? "",
        MessageId = delivery.MessageId,
    };
}

/// <summary>Signing secrets: <c>whsec_</c> and base64 of 32 random bytes, at rest encrypted by Data Protection.</summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Prefix = "whsec_";
    private readonly IDataProtector protector = protection.CreateProtector("webhook-secret");

    /// <summary>A new one: as it is shown once, and as it is kept.</summary>
    public (string Shown, byte[] Kept) New()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return (Prefix + Convert.ToBase64String(secret), protector.Protect(secret));
    }

    /// <summary>The header <c>webhook-signature</c>: one signature, or two while a secret is being replaced.</summary>
    public string Sign(Data.Webhook webhook, string messageId, long timestamp, string payload, DateTimeOffset now)
    {
        var signature = Signature(webhook.ProtectedSecret);
        return webhook.ProtectedPreviousSecret is { } previous && webhook.PreviousUntil > now ? $"{signature} {Signature(previous)}" : signature;

        string Signature(byte[] kept) => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(protector.Unprotect(kept), Encoding.UTF8.GetBytes($"{messageId}.{timestamp}.{payload}")))}";
    }
}
