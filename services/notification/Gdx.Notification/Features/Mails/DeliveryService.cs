using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Data;
using Google.Protobuf.WellKnownTypes;

namespace Gdx.Notification.Features;

/// <summary>gRPC gdx.notification.v1.Deliveries: the mails, for operators.</summary>
public sealed partial class DeliveryService(NotificationDb db, Texts texts, TimeProvider clock) : Deliveries.DeliveriesBase
{
    private static Contracts.V1.Delivery Answer(Data.Delivery delivery) => new()
    {
        Id = delivery.Id.ToString(),
        Template = delivery.Template,
        State = (Contracts.V1.DeliveryState)delivery.State,
        CreatedAt = delivery.CreatedAt.ToTimestamp(),
        SentAt = delivery.SentAt?.ToTimestamp(),
        Attempts = delivery.Attempts,
        LastError = delivery.LastError ?? "",
        AboutId = delivery.AboutId?.ToString() ?? "",
        PersonId = delivery.PersonId?.ToString() ?? "",
        Recipient = delivery.Recipient,
        ResentBy = delivery.ResentBy?.ToString() ?? "",
        ResentAt = delivery.ResentAt?.ToTimestamp(),
    };
}
