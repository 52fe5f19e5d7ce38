using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using MmDrBot.Access;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MmDrBot.Api;

/// <summary>Completes the description of each operation: its permission, headers, parameters, errors and examples.</summary>
internal sealed class OpenApiOperations : IOperationFilter
{
    internal const string Problem = "Problem";

    private const string ProblemType = "application/problem+json";

    private static readonly ProblemKind[] Everywhere = [ProblemKinds.Invalid, ProblemKinds.Unauthorized, ProblemKinds.Forbidden, ProblemKinds.TooManyRequests, ProblemKinds.Internal, ProblemKinds.Unavailable];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        DescribePermission(operation, context);
        DescribeParameters(operation, context);
        DescribeProblems(operation, context);
        DescribeSuccess(operation);
        if (operation.RequestBody?.Content is { } body)
        {
            foreach (var media in body.Values.OfType<OpenApiMediaType>())
            {
                media.Example = OpenApiExamples.OfBody(operation.OperationId!);
            }
        }
    }

    private static void DescribePermission(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<RequiredPermission>().FirstOrDefault() is { } needed)
        {
            var name = EnumText.Of(needed.Permission);
            operation.Description = $"{operation.Description} Needs the permission `{name}`.";
            operation.Extensions = new Dictionary<string, IOpenApiExtension> { ["x-required-permission"] = new JsonNodeExtension(JsonValue.Create(name)) };
        }
    }

    private static void DescribeParameters(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            var (text, example) = OpenApiExamples.OfParameter(parameter.Name!);
            (parameter.Description, parameter.Example) = (text, example);
        }

        AddHeader(operation, RequestIds.Header, "Ties the answer, the log and the audit together: 1 to 64 of A-Z, a-z, 0-9, dot, dash and underscore. Without it, or with another, the service makes one.", "trace-4711");
        if (IsPost(context))
        {
            AddHeader(operation, IdempotencyKeys.Header, "Whatever is sent again with the same key and body within a day is carried out once.", "8f2b7c1e-0d3a-4a55-9a37-2f4f6d1c5b10");
        }

        if (operation.Responses!.ContainsKey("412"))
        {
            AddHeader(operation, "If-Match", "The ETag of what was seen; 412 if it has changed since.", "\"5d41402abc4b2a76\"");
        }
    }

    private static void DescribeProblems(OpenApiOperation operation, OperationFilterContext context)
    {
        var kinds = Everywhere.Concat(ProblemKinds.All.Where(kind => operation.Responses!.ContainsKey($"{kind.Status}")));
        if (operation.RequestBody is not null)
        {
            kinds = kinds.Concat([ProblemKinds.TooSlow, ProblemKinds.TooLarge, ProblemKinds.UnsupportedMediaType]);
        }

        if (IsPost(context))
        {
            kinds = kinds.Concat([ProblemKinds.RequestInFlight, ProblemKinds.AnswerNotKept, ProblemKinds.OutcomeUnknown, ProblemKinds.KeyReused]);
        }

        foreach (var group in kinds.Distinct().GroupBy(kind => kind.Status))
        {
            operation.Responses![$"{group.Key}"] = ResponseOf([.. group], context.Document);
        }
    }

    private static OpenApiResponse ResponseOf(IReadOnlyList<ProblemKind> kinds, OpenApiDocument document) => new()
    {
        Description = string.Join(" Or: ", kinds.Select(kind => $"`{kind.Code}`: {kind.Title}")),
        Headers = kinds.Any(kind => kind == ProblemKinds.TooManyRequests || kind == ProblemKinds.RequestInFlight) ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds to wait.") } : null,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [ProblemType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, document), Example = OpenApiExamples.OfProblem(kinds[0]) },
        },
    };

    private static void DescribeSuccess(OpenApiOperation operation)
    {
        foreach (var (_, response) in operation.Responses!.Where(pair => pair.Key[0] == '2'))
        {
            if (response is not OpenApiResponse answer)
            {
                continue;
            }

            answer.Headers = new Dictionary<string, IOpenApiHeader> { [RequestIds.Header] = Header("The request's id.") };
            if (operation.Parameters!.Any(parameter => parameter.Name == "after"))
            {
                answer.Headers["Link"] = Header("The next page, as `<...>; rel=\"next\"`; missing on the last one.");
            }

            foreach (var media in (answer.Content ?? new Dictionary<string, IOpenApiMediaType>()).Where(pair => pair.Key == "application/json").Select(pair => pair.Value).OfType<OpenApiMediaType>())
            {
                media.Example = OpenApiExamples.OfAnswer(media.Schema);
            }
        }
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description, string example) => operation.Parameters!.Add(new OpenApiParameter
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = JsonValue.Create(example),
    });

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static bool IsPost(OperationFilterContext context) => context.ApiDescription.HttpMethod == HttpMethods.Post;
}
