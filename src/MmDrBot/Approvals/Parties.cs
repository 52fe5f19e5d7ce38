using MmDrBot.Access;
using MmDrBot.ApiKeys;

namespace MmDrBot.Approvals;

/// <summary>
/// Whether who approves and who asked are one, as far as can be known. Alice in chat and alice on the machine are one person. A key is one
/// with the keys that it made, or that took its place, and with the person who made the first of them.
/// </summary>
internal sealed class Parties(ApiKeyStore keys)
{
    private const string KeyPrefix = "api-key:";

    internal async Task<bool> AreOneAsync(string one, string other, CancellationToken cancellationToken)
    {
        if (!IsKey(one) && !IsKey(other))
        {
            return ArePersonsTheSame(one, other);
        }

        var all = await keys.ListAsync(cancellationToken);
        var (left, right) = (LineOf(one, all), LineOf(other, all));
        return IsKey(one) && IsKey(other) ? left.First == right.First : ArePersonsTheSame(left.Maker, right.Maker);
    }

    private static bool IsKey(string name) => name.StartsWith(KeyPrefix, StringComparison.Ordinal);

    private static bool ArePersonsTheSame(string one, string other) => string.Equals(PersonOf(one), PersonOf(other), StringComparison.OrdinalIgnoreCase);

    private static string PersonOf(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The first key of its line, and who made that; of a person the person.</summary>
    private static (string First, string Maker) LineOf(string name, IReadOnlyList<ApiKey> all)
    {
        var seen = new HashSet<string>();
        while (IsKey(name) && seen.Add(name))
        {
            var prefix = name[KeyPrefix.Length..];
            var before = all.FirstOrDefault(key => key.ReplacedBy == prefix)?.Prefix;
            var maker = all.FirstOrDefault(key => key.Prefix == prefix)?.CreatedBy ?? name;
            if (before is null && !IsKey(maker))
            {
                return (name, maker);
            }

            name = before is not null ? KeyPrefix + before : maker;
        }

        return (name, name);
    }
}
