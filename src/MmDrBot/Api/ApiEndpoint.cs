namespace MmDrBot.Api;

/// <summary>Marks what lies behind the REST door.</summary>
internal sealed class ApiEndpoint
{
    internal static ApiEndpoint Mark { get; } = new();

    internal static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is not null;
}
