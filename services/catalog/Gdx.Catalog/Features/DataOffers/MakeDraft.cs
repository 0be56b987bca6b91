using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/MakeDraft: an appointment led to a draft dataset that the offering agency owns. Its data owners describe its fields; nobody sees it before it is published.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataOffer> MakeDraft(MakeDraftRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var slug = Fields.DatasetSlug("dataset_id", request.DatasetId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer is not { Kind: DataOfferKind.GovernmentOnly, State: DataOfferState.AppointmentAgreed })
        {
            throw WrongState("A draft follows from an appointment on which both sides agreed.");
        }

        RequireAnother(offer, person);
        await db.TakeTurnAsync(slug, ct);
        if (await db.Datasets.AnyAsync(dataset => dataset.Slug == slug, ct))
        {
            throw DatasetService.WrongState("There is a dataset of this name already: choose another.");
        }

        var text = offer.Content;
        var draft = DatasetService.New(slug, 1, offer.AgencyId);
        (draft.NameTh, draft.NameEn, draft.DescriptionTh) = (text.TitleTh, text.TitleEn, text.Notes.Length <= 2000 ? text.Notes : text.Notes[..2000]);
        (draft.OwnerTh, draft.SourceTh, draft.ContactName, draft.ContactMail) = (text.OwnerOrg, text.DataSource, text.Maintainer, text.MaintainerMail);
        // Whose words these are has had a hand in the draft, too.
        (draft.Metadata, draft.Editors) = (text.Metadata, [.. new[] { person, offer.OfferedBy, offer.RevisedBy ?? offer.OfferedBy }.Distinct()]);
        db.Add(draft);
        DatasetService.Happened(db, draft, "created", person, now, $"offer {offer.Id}");
        (offer.State, offer.DatasetSlug, offer.DatasetVersion, offer.DecidedBy, offer.DecidedAt) = (DataOfferState.DraftMade, slug, draft.Version, person, now);
        db.Publish(offer.Id, new DataOfferDraftMade { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, DatasetId = slug, DatasetVersion = draft.Version, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, true);
    }
}
