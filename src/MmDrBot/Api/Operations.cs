using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>How an operation is described.</summary>
internal static class Operations
{
    private static readonly object SecretAnswer = new();

    /// <summary>Names the permission in the description; the use case behind the operation is who insists.</summary>
    internal static RouteHandlerBuilder Needs(this RouteHandlerBuilder operation, Permission permission) =>
        operation.WithMetadata(new RequiredPermission(permission)).ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>The caller may say with If-Match which version it has seen.</summary>
    internal static RouteHandlerBuilder TakesIfMatch(this RouteHandlerBuilder operation) => operation.ProducesProblem(StatusCodes.Status412PreconditionFailed);

    internal static RouteHandlerBuilder MayNotFind(this RouteHandlerBuilder operation) => operation.ProducesProblem(StatusCodes.Status404NotFound);

    internal static RouteHandlerBuilder MayConflict(this RouteHandlerBuilder operation) => operation.ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>Says how a secret that the answer held is made anew, to whoever asks for the same answer again.</summary>
    internal static RouteHandlerBuilder MadeAnewBy(this RouteHandlerBuilder operation, string hint) => operation.WithMetadata(new SecretMadeAnew(hint));

    /// <summary>Keeps an answer out of every cache.</summary>
    internal static void DoNotStore(this HttpContext context) => context.Response.Headers.CacheControl = "no-store";

    /// <summary>Keeps an answer that holds a secret out of every cache, and from being kept for a second request.</summary>
    internal static void HoldsSecret(this HttpContext context)
    {
        context.DoNotStore();
        context.Items[SecretAnswer] = true;
    }

    internal static bool AnswerHoldsSecret(this HttpContext context) => context.Items.ContainsKey(SecretAnswer);
}

/// <param name="Hint">How a lost secret of this operation is made anew.</param>
internal sealed record SecretMadeAnew(string Hint);
