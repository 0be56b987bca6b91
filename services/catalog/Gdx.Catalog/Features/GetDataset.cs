using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/Get: one version of a dataset with its fields in the order of the dictionary.</summary>
public sealed partial class DatasetService(CatalogDb db) : Datasets.DatasetsBase
{
    [Authorize(Roles = $"{Roles.Service},{Roles.Operator}")]
    public override async Task<Dataset> Get(GetDatasetRequest request, ServerCallContext context)
    {
        if (!Slug().IsMatch(request.DatasetId))
        {
            throw Problems.Invalid("dataset_id", "must be a slug such as dopa.person, at most 64 characters.");
        }

        if (!Version().IsMatch(request.Version))
        {
            throw Problems.Invalid("version", "must be a whole number from 1, such as 1.");
        }

        var dataset = await db.Datasets.AsNoTracking().Include(dataset => dataset.Fields.OrderBy(field => field.Position))
            .SingleOrDefaultAsync(dataset => dataset.Slug == request.DatasetId && dataset.Version == request.Version, context.CancellationToken);
        return dataset is null
            ? throw Problems.Rpc(StatusCode.NotFound, "catalog.dataset.unknown", $"There is no dataset {request.DatasetId} version {request.Version}. Datasets/Find lists them.")
            : Answer(dataset);
    }

    private static Dataset Answer(DatasetEntry dataset) => new()
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
        State = VersionState.Published,
        Classification = Classification.Secret,
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
            }),
        },
    };

    [GeneratedRegex(@"\A(?=.{1,64}\z)[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"\A[1-9][0-9]{0,3}\z")]
    private static partial Regex Version();
}
