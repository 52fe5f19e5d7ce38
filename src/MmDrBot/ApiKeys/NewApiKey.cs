using MmDrBot.Access;

namespace MmDrBot.ApiKeys;

/// <summary>A key to be created.</summary>
internal sealed record NewApiKey(string Name, IReadOnlySet<Permission> Permissions, DateTimeOffset? ExpiresAt = null);
