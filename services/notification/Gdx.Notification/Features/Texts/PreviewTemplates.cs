using System.Net;
using System.Text;

namespace Gdx.Notification.Features;

/// <summary>GET /templates, GET /templates/{name}: every mail with sample values, as text and inside a sandboxed frame. In development only.</summary>
public static class PreviewTemplates
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void Map(WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            // Whoever works on a template looks with a browser and without a token; there is nothing but samples to see.
            app.MapGet("/templates", HandleList).AllowAnonymous();
            app.MapGet("/templates/{name}", HandleOne).AllowAnonymous();
        }
    }

    private static IResult HandleList(Texts texts, HttpResponse response) =>
        Page(response, "แม่แบบ / Templates", $"<ul>{string.Concat(texts.Names.Select(name => $"<li><a href=\"/templates/{name}\">{name}</a></li>"))}</ul>");

    private static IResult HandleOne(string name, Texts texts, HttpResponse response)
    {
        if (!texts.Names.Contains(name))
        {
            return Results.NotFound();
        }

        var mail = texts.RenderMail(name, Samples.Values);
        return Page(response, name, $"<p><a href=\"/templates\">← แม่แบบทั้งหมด / All templates</a></p><h2>{Html(mail.Subject)}</h2><pre>{Html(mail.Plain)}</pre><iframe title=\"HTML\" sandbox=\"\" srcdoc=\"{Html(mail.Html)}\"></iframe>");
    }

    private static IResult Page(HttpResponse response, string title, string body)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text($$"""
            <!doctype html>
            <html lang="th">
            <head><meta charset="utf-8"><title>{{Html(title)}}</title>
            <style>body { font: 1rem/1.5 "Noto Sans Thai", Sarabun, sans-serif; max-width: 60rem; margin: 2rem auto } pre { white-space: pre-wrap; border: 1px solid #999; padding: 1rem } iframe { width: 100%; height: 36rem; border: 1px solid #999 }</style></head>
            <body><main><h1>{{Html(title)}}</h1>{{body}}</main></body>
            </html>
            """, "text/html", Encoding.UTF8);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
