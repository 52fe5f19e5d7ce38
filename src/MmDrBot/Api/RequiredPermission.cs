using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>What the description says an operation needs; the use case behind it is who insists.</summary>
internal sealed record RequiredPermission(Permission Permission);
