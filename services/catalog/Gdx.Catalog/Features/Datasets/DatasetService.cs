using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Field = Gdx.Catalog.Contracts.V1.Field;

namespace Gdx.Catalog.Features;

/// <summary>The dictionary: what all its methods have in common. Who sees which version, and how one is answered.</summary>
public sealed partial class DatasetService(CatalogDb db, TimeProvider clock, CatalogAddress address) : Contracts.V1.Datasets.DatasetsBase
{
    private const string Readers = $"{Roles.Service},{Roles.Person},{Roles.Operator}";
    private const string Writers = $"{Roles.DataOwner},{Roles.Operator}";

    /// <summary>Everything but drafts of others.</summary>
    public static IQueryable<DatasetEntry> VisibleTo(Caller caller, IQueryable<DatasetEntry> datasets) => caller switch
    {
        { IsOperator: true } => datasets,
        { Agency: { } agency } when caller.OwnsDataOf(agency) => datasets.Where(dataset => dataset.State != VersionState.Draft || dataset.OwnerAgencyId == agency),
        _ => datasets.Where(dataset => dataset.State != VersionState.Draft),
    };

    public static IQueryable<DatasetEntry> Whole(IQueryable<DatasetEntry> datasets) => datasets.AsSplitQuery()
        .Include(dataset => dataset.Fields.OrderBy(field => field.Position)).Include(dataset => dataset.Services.OrderBy(service => service.Position));

    /// <summary>Whoever changes a dataset: an operator, or a data owner of the agency that owns it.</summary>
    public static void RequireOwner(Caller caller, DatasetEntry dataset)
    {
        if (!caller.IsOperator && !caller.OwnsDataOf(dataset.OwnerAgencyId))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "catalog.dataset.foreign", "The dataset is not your agency's. Its owner and the operator change it.");
        }
    }

    public static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "catalog.dataset.unknown", "There is no such dataset or version. Datasets/Find lists them.");

    public static RpcException WrongState(string message) => Problems.Rpc(StatusCode.FailedPrecondition, "catalog.dataset.state", message);

    /// <summary>Keeps who did what, and gives the version a new etag.</summary>
    public static void Happened(CatalogDb db, DatasetEntry dataset, string what, Guid? by, DateTimeOffset at, string note = "")
    {
        dataset.Etag = Guid.CreateVersion7();
        db.Happenings.Add(new() { DatasetId = dataset.Id, What = what, By = by, At = at, Note = note });
    }

    public static Dataset Answer(DatasetEntry dataset, DateTimeOffset now) => new()
    {
        Id = dataset.Slug,
        Version = dataset.Version,
        NameTh = dataset.NameTh,
        NameEn = dataset.NameEn,
        OwnerTh = dataset.OwnerTh,
        OwnerEn = dataset.OwnerEn,
        LegalBasisTh = dataset.LegalBasisTh,
        LegalBasisEn = dataset.LegalBasisEn,
        ProcedureId = dataset.ProcedureId,
        OwnerAgencyId = dataset.OwnerAgencyId?.ToString() ?? "",
        State = dataset.StateAt(now),
        Classification = dataset.Classification,
        DescriptionTh = dataset.DescriptionTh,
        DescriptionEn = dataset.DescriptionEn,
        ContactName = dataset.ContactName,
        ContactMail = dataset.ContactMail,
        ContactPhone = dataset.ContactPhone,
        SourceTh = dataset.SourceTh,
        SourceEn = dataset.SourceEn,
        FreshnessTh = dataset.FreshnessTh,
        FreshnessEn = dataset.FreshnessEn,
        Metadata = GovernmentCatalog.Answer(dataset.Metadata),
        PublishedAt = dataset.PublishedAt?.ToTimestamp(),
        EndsAt = dataset.EndsAt?.ToTimestamp(),
        Proposed = dataset is { State: VersionState.Draft, ProposedAt: not null },
        Etag = dataset.Etag.ToString("N"),
        Services =
        {
            dataset.Services.Select(service => new SourceService { Kind = service.Kind, Number = service.Number, Method = service.Method, Path = service.Path, NoteTh = service.NoteTh, NoteEn = service.NoteEn }),
        },
        Fields =
        {
            dataset.Fields.Select(field => new Field
            {
                Name = field.Name,
                LabelTh = field.LabelTh,
                LabelEn = field.LabelEn,
                Type = field.Type,
                Sensitivity = field.Sensitivity,
                Example = field.Example,
                DescriptionTh = field.DescriptionTh,
                DescriptionEn = field.DescriptionEn,
                Codes = { field.Codes.Select(code => new Code { Value = code.Value, LabelTh = code.LabelTh, LabelEn = code.LabelEn }) },
            }),
        },
    };

    /// <summary>One version to be changed, after everyone who changes this dataset at the moment; unknown to those who may not see it.</summary>
    public static async Task<DatasetEntry> ToChangeAsync(CatalogDb db, Caller caller, string slug, string version, CancellationToken ct)
    {
        await db.TakeTurnAsync(slug, ct);
        var dataset = await Whole(VisibleTo(caller, db.Datasets)).SingleOrDefaultAsync(dataset => dataset.Slug == slug && dataset.Version == version, ct) ?? throw Unknown();
        RequireOwner(caller, dataset);
        return dataset;
    }
}
