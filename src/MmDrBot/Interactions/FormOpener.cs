namespace MmDrBot.Interactions;

/// <summary>For whom a form is opened, and what takes it.</summary>
/// <param name="UserId">The account that typed or clicked.</param>
/// <param name="Handler">The <see cref="IInteractionHandler"/>.</param>
/// <param name="Arguments">In the handler's own words; no secrets, the client can read them.</param>
/// <param name="ReplyToJson">Where the account waits for news; kept in the state.</param>
internal sealed record FormOpener(string UserId, string Handler, IReadOnlyList<string> Arguments, string? ReplyToJson);
