using System.Collections.Concurrent;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A team.</summary>
public sealed class StandInTeam(string name)
{
    private readonly ConcurrentDictionary<string, bool> _members = new();

    public string Id { get; } = StandInIds.New();

    public string Name => name;

    /// <summary>Unix milliseconds; above 0 for an archived one.</summary>
    public long DeleteAt { get; set; }

    /// <summary>Ids of the accounts in it.</summary>
    public IReadOnlyCollection<string> Members => [.. _members.Where(member => member.Value).Select(member => member.Key)];

    internal long CreateAt { get; init; }

    internal bool Has(string userId) => _members.GetValueOrDefault(userId);

    internal void Add(string userId) => _members[userId] = true;
}
