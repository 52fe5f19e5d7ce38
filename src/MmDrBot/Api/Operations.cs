using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>How an operation is described.</summary>
internal static class Operations
{
    /// <summary>Names the permission in the description; the use case behind the operation is who insists.</summary>
    internal static RouteHandlerBuilder Needs(this RouteHandlerBuilder operation, Permission permission) =>
        operation.WithMetadata(new RequiredPermission(permission)).ProducesProblem(StatusCodes.Status403Forbidden);

    internal static RouteHandlerBuilder MayNotFind(this RouteHandlerBuilder operation) => operation.ProducesProblem(StatusCodes.Status404NotFound);

    internal static RouteHandlerBuilder MayConflict(this RouteHandlerBuilder operation) => operation.ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>Keeps an answer that holds a secret out of every cache.</summary>
    internal static void HoldsSecret(this HttpContext context) => context.Response.Headers.CacheControl = "no-store";
}
