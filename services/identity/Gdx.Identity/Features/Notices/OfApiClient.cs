using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class NoticeService
{
    /// <summary>Who receives the keys; from the second step of a client's life on also the agency's admins; operators where a secret was guessed at.</summary>
    private async Task<Notice> OfApiClientAsync(NoticeKind kind, Guid id, CancellationToken ct)
    {
        var client = await db.ApiClients.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        var agency = await db.Agencies.AsNoTracking().SingleAsync(one => one.Id == client.AgencyId, ct);
        var contact = new NoticeRecipient { Key = "key-contact", Audience = Audience.KeyContact, Email = client.ContactEmail };
        List<NoticeRecipient> recipients = kind switch
        {
            NoticeKind.ApiClientCreated or NoticeKind.ApiClientRenewed => [contact],
            NoticeKind.SecretGuessed => [.. await OperatorsAsync(ct), .. await AdminsAsync(agency.Id, ct)],
            _ => [contact, .. await AdminsAsync(agency.Id, ct)],
        };
        return Answer(recipients, agency);
    }
}
