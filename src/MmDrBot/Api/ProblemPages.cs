using System.Text;
using System.Text.Encodings.Web;

namespace MmDrBot.Api;

/// <summary>The page that explains the kinds of problems, and one for each; docs/problems.md is the same text.</summary>
internal static class ProblemPages
{
    internal const string Path = "/problems";

    private const string Intro = "Every answer of the REST door that is no success is a problem as RFC 9457 has it. `type` and `code` name the kind and stay the same at every installation; `help` is the path of its page; `detail` says what happened this time, `hint`, where there is one, what to do; `requestId` finds the request in log and audit.";

    internal static void MapProblemPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context) => Page(context, "Problems", string.Concat(ProblemKinds.All.Select(Entry)))).ExcludeFromDescription();
        routes.MapGet(Path + "/{slug}", Show).ExcludeFromDescription();
    }

    /// <summary>The text of docs/problems.md.</summary>
    internal static string Markdown()
    {
        var text = new StringBuilder($"# Problems\n\n{Intro}\n\nThe service explains them at `{Path}`.\n");
        foreach (var kind in ProblemKinds.All)
        {
            text.Append($"\n## {kind.Slug}\n\n`{kind.Type}`, code `{kind.Code}`, status {kind.Status}: **{kind.Title}**\n\n{kind.Meaning}\n\n*What to do:* {kind.Remedy}\n");
        }

        return text.ToString();
    }

    private static IResult Show(string slug, HttpContext context) =>
        ProblemKinds.All.FirstOrDefault(kind => kind.Slug == slug) is { } kind
            ? Page(context, kind.Title, Entry(kind))
            : Page(context, "No such problem", $"<p>There is no problem of this name. <a href=\"{Path}\">These there are.</a></p>", StatusCodes.Status404NotFound);

    private static IResult Page(HttpContext context, string title, string body, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Content(
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Encoded(title)} - MmDrBot</title>"
            + "<style>body{font:16px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}</style></head>"
            + $"<body><h1>{Encoded(title)}</h1><p>{Marked(Intro)}</p>{body}<p><a href=\"{Path}\">All problems</a>, <a href=\"/swagger\">all operations</a></p></body></html>\n",
            "text/html; charset=utf-8", Encoding.UTF8, status);
    }

    private static string Entry(ProblemKind kind) =>
        $"<h2 id=\"{kind.Slug}\"><a href=\"{kind.Help}\">{kind.Slug}</a></h2><p><code>{kind.Type}</code>, code <code>{kind.Code}</code>, status {kind.Status}: <strong>{Encoded(kind.Title)}</strong></p><p>{Marked(kind.Meaning)}</p><p><em>What to do:</em> {Marked(kind.Remedy)}</p>";

    /// <summary>`code` becomes an element.</summary>
    private static string Marked(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 1 ? $"<code>{Encoded(part)}</code>" : Encoded(part)));

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
