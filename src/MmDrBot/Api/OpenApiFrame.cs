using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MmDrBot.Api;

/// <summary>Completes the document around the operations: servers, tags, and the one shape of all problems.</summary>
internal sealed class OpenApiFrame : IDocumentFilter
{
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Status", "How things stand."),
        ("Backups", "Restore points are made by backups."),
        ("Restore points", "What can be restored."),
        ("Retention", "What is kept, and for how long."),
        ("Verifications", "Whether a restore point is whole."),
        ("Restores", "Back into databases and directories of the service's host."),
        ("Repository", "Care of the repository, and the keys that open it."),
        ("Jobs", "Long work: asked for, followed, cancelled."),
        ("SSO outages", "Outages of sign-in services: accounts that are converted for that time, and brought back."),
        ("Audit", "Who did what."),
        ("API keys", "The keys of this door."),
        ("Identity", "What one may do, and why."),
        ("Approvals", "What waits for a second person."),
        ("Schedules", "What runs by itself, and when."),
        ("Alarms", "What is wrong, until it is right again."),
        ("Webhooks", "Calls to other systems when something happens."),
        ("Mattermost", "The bot's account, its token and its command in the teams."),
    ];

    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["NewKeyBody"] = ["name", "permissions"],
        ["RestoreBody"] = ["restorePoint"],
        ["StartVerificationRequest"] = ["restorePoint"],
        ["OpenOutageRequest"] = ["ticket", "reason"],
        ["ConvertAccountsRequest"] = ["users", "ticket"],
        ["SignOffRequest"] = ["reason"],
        ["AddWebhookRequest"] = ["url"],
        ["NewScheduleBody"] = ["name", "when", "command"],
    };

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [new OpenApiServer { Url = "/", Description = "The service itself (`Http__Listen`)." }];
        swaggerDoc.Tags = new HashSet<OpenApiTag>(Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        swaggerDoc.Components!.Schemas!.Remove("ProblemDetails");
        swaggerDoc.Components.Schemas[OpenApiOperations.Problem] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A problem (RFC 9457). /problems explains the kinds.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "code", "help", "requestId" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("The kind, such as urn:mmdr:problem:not-found; never changes."),
                ["title"] = Text("The kind in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What happened this time."),
                ["code"] = Text("The kind as a word for programs, such as not_found."),
                ["help"] = Text("The path of the page that explains the kind."),
                ["hint"] = Text("What to do, where something can be advised."),
                ["requestId"] = Text("The request's id, as in the log and the audit."),
                ["reference"] = Text("Of an internal error: where the log has the details. Of an Idempotency-Key: the id of the request that came first."),
            },
        };
        DescribeBodies(swaggerDoc);
        ShareProblems(swaggerDoc);
    }

    /// <summary>What a body, or a part of one, can't do without; everything else may be left out.</summary>
    private static void DescribeBodies(OpenApiDocument document)
    {
        var parts = new HashSet<string>();
        foreach (var media in OperationsOf(document).Where(operation => operation.RequestBody?.Content is not null).SelectMany(operation => operation.RequestBody!.Content!.Values))
        {
            AddParts(document, media.Schema, parts);
        }

        foreach (var name in parts)
        {
            ((OpenApiSchema)document.Components!.Schemas![name]).Required = new HashSet<string>(Needed.GetValueOrDefault(name, []));
        }
    }

    private static void AddParts(OpenApiDocument document, IOpenApiSchema? schema, HashSet<string> parts)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } name } && !parts.Add(name))
        {
            return;
        }

        var own = schema is OpenApiSchemaReference { Reference.Id: { } id } ? document.Components!.Schemas![id] : schema;
        IOpenApiSchema?[] within = [own?.Items, own?.AdditionalProperties, .. own?.Properties?.Values ?? [], .. own?.AllOf ?? [], .. own?.OneOf ?? []];
        foreach (var part in within.OfType<IOpenApiSchema>())
        {
            AddParts(document, part, parts);
        }
    }

    /// <summary>Most operations have the same problems, which are described once.</summary>
    private static void ShareProblems(OpenApiDocument document)
    {
        var shared = new Dictionary<string, string>();
        document.Components!.Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var responses in OperationsOf(document).Select(operation => operation.Responses!))
        {
            foreach (var (status, response) in responses.Where(pair => pair.Key[0] is '4' or '5').ToArray())
            {
                if (!shared.TryGetValue(response.Description!, out var name))
                {
                    var others = shared.Values.Count(known => known.StartsWith($"Problem{status}", StringComparison.Ordinal));
                    name = shared[response.Description!] = others == 0 ? $"Problem{status}" : $"Problem{status}-{others + 1}";
                    document.Components.Responses[name] = response;
                }

                responses[status] = new OpenApiResponseReference(name, document);
            }
        }
    }

    private static IEnumerable<OpenApiOperation> OperationsOf(OpenApiDocument document) => document.Paths.Values.Where(path => path.Operations is not null).SelectMany(path => path.Operations!.Values);

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
