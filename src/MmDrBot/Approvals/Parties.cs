using MmDrBot.Access;
using MmDrBot.ApiKeys;

namespace MmDrBot.Approvals;

/// <summary>
/// Whether who approves and who asked are one, as far as can be known. Alice in chat and alice on the machine are one person. A key is one
/// with the person who made it, and so with that person's other keys; a key that a key made, or that took its place, belongs to the person
/// who made the first of them.
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
        return left.First == right.First || (IsPerson(left.Maker) && IsPerson(right.Maker) && ArePersonsTheSame(left.Maker, right.Maker));
    }

    private static bool IsKey(string name) => name.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>Keys that nobody in particular made have only themselves.</summary>
    private static bool IsPerson(string name) => !IsKey(name) && name.Contains(':', StringComparison.Ordinal);

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
