using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;

namespace Gdx.Catalog.Features;

/// <summary>Reads what an offer says of its data. An open offer must have all mandatory fields of the open catalogue from the start: what the catalogue would refuse is refused here, with the field's name.</summary>
public static class OfferContents
{
    private const int MostResources = 100;

    public static OfferText Read(OfferContent? given, DataOfferKind kind)
    {
        var content = given ?? throw Problems.Invalid("content", "must be there.");
        var text = new OfferText
        {
            TitleTh = Fields.Text("content.title_th", content.TitleTh, 200),
            TitleEn = Fields.OptionalText("content.title_en", content.TitleEn, 200),
            Notes = Fields.Text("content.notes", content.Notes, 4000, lines: true),
            OwnerOrg = Fields.OptionalText("content.owner_org", content.OwnerOrg, 100),
            Maintainer = Fields.OptionalText("content.maintainer", content.Maintainer, 200),
            MaintainerMail = Fields.OptionalMail("content.maintainer_mail", content.MaintainerMail),
            DataSource = Fields.OptionalText("content.data_source", content.DataSource, 500),
            Metadata = GovernmentCatalog.Read("content.metadata", content.Metadata),
            Resources = content.Resources.Count > MostResources ? throw Problems.Invalid("content.resources", $"must be at most {MostResources}.") : [.. content.Resources.Select(Link)],
        };
        if (kind == DataOfferKind.Open)
        {
            RequireOpen(text);
        }

        return text;
    }

    public static OfferContent Answer(OfferText text) => new()
    {
        TitleTh = text.TitleTh,
        TitleEn = text.TitleEn,
        Notes = text.Notes,
        OwnerOrg = text.OwnerOrg,
        Maintainer = text.Maintainer,
        MaintainerMail = text.MaintainerMail,
        DataSource = text.DataSource,
        Metadata = GovernmentCatalog.Answer(text.Metadata),
        Resources = { text.Resources.Select(link => new OfferResource { Name = link.Name, Url = link.Url, Format = link.Format }) },
    };

    private static void RequireOpen(OfferText text)
    {
        if (GovernmentCatalog.Missing(GovernmentCatalog.Values(text)) is { } missing)
        {
            throw Problems.Invalid($"content.{Named(missing)}", $"must be there: {missing} is one of the mandatory fields of the open catalogue.");
        }

        if (text.Metadata.DataCategory != GovernmentCatalog.DataCategories[0])
        {
            throw Problems.Invalid("content.metadata.data_category", $"must be {GovernmentCatalog.DataCategories[0]}: other data is not open. Offer it for government only.");
        }
    }

    private static string Named(string mandatory) => mandatory switch
    {
        "title" => "title_th",
        "notes" or "owner_org" or "maintainer" or "data_source" => mandatory,
        "maintainer_email" => "maintainer_mail",
        "tag_string" => "metadata.tags",
        "objective" => "metadata.objectives",
        "data_format" => "metadata.data_formats",
        _ => $"metadata.{mandatory}",
    };

    private static OfferLink Link(OfferResource resource, int n) => new(
        Fields.Text($"content.resources[{n}].name", resource.Name, 200),
        Uri.TryCreate(resource.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && resource.Url.Length <= 500
            ? url.AbsoluteUri : throw Problems.Invalid($"content.resources[{n}].url", "must be a web address without a password, at most 500 characters."),
        resource.Format.Length == 0 || GovernmentCatalog.DataFormats.Contains(resource.Format)
            ? resource.Format : throw Problems.Invalid($"content.resources[{n}].format", $"must be one of: {string.Join(", ", GovernmentCatalog.DataFormats)}"));
}
