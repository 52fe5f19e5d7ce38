using Microsoft.AspNetCore.Mvc;

namespace MmDrBot.Api;

/// <summary>
/// Room for a list of 10,000 accounts: each has at most 128 characters, and JSON may write a character as six bytes. Whoever has no key is
/// turned away before a byte of it is read.
/// </summary>
internal static class LongLists
{
    internal const int MaximumBody = 8 << 20;

    internal static RouteHandlerBuilder TakesLongList(this RouteHandlerBuilder route) => route.WithMetadata(new RequestSizeLimitAttribute(MaximumBody));
}
