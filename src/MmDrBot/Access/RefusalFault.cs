namespace MmDrBot.Access;

/// <summary>What is wrong with one property of a request.</summary>
/// <param name="Property">As the request names it, such as `Ticket`; of a list without the place in it.</param>
internal sealed record RefusalFault(string Property, string Message);
