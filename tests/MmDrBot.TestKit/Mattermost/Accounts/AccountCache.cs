using System.Collections.Concurrent;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What the server remembers of accounts by their id, for half an hour or until somebody tells it to look again.</summary>
internal sealed class AccountCache(AccountTable table, TimeProvider time)
{
    private static readonly TimeSpan _life = TimeSpan.FromMinutes(30);
    private readonly ConcurrentDictionary<string, (StandInAccount Account, long SeenAt)> _seen = new();

    public async Task<StandInAccount?> GetAsync(string id)
    {
        if (_seen.TryGetValue(id, out var seen) && time.GetElapsedTime(seen.SeenAt) < _life)
            return seen.Account;

        if (await table.ByIdAsync(id) is not { } account)
            return null;

        _seen[id] = (account, time.GetTimestamp());

        return account;
    }

    /// <summary>Those that exist.</summary>
    public async Task<IReadOnlyList<StandInAccount>> GetManyAsync(string[] ids)
    {
        var found = new List<StandInAccount>();

        foreach (var id in ids)
        {
            if (await GetAsync(id) is { } account)
                found.Add(account);
        }

        return found;
    }

    public void Forget(string id) => _seen.TryRemove(id, out _);

    public void ForgetAll() => _seen.Clear();
}
