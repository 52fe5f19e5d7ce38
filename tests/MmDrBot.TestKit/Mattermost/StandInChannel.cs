using System.Collections.Concurrent;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A channel and its members.</summary>
public sealed class StandInChannel
{
    private readonly ConcurrentDictionary<string, StandInUser> _members = new();

    internal StandInChannel(string name, string type, string teamId, string creatorId, long now)
    {
        Name = name;
        Type = type;
        TeamId = teamId;
        CreatorId = creatorId;
        CreateAt = now;
    }

    public string Id { get; } = StandInIds.New();

    public string Name { get; }

    /// <summary><c>O</c> open, <c>P</c> private, <c>D</c> direct.</summary>
    public string Type { get; }

    /// <summary>Empty for direct channels.</summary>
    public string TeamId { get; }

    /// <summary>Whether only administrators may post, members included.</summary>
    public bool ReadOnly { get; set; }

    internal string CreatorId { get; }

    internal long CreateAt { get; }

    public void Add(StandInUser user) => _members[user.Id] = user;

    internal bool Has(StandInUser user) => _members.ContainsKey(user.Id);

    internal bool MayPost(StandInUser user) => user.IsAdmin || (Has(user) && !ReadOnly);

    internal bool MayRead(StandInUser user) => user.IsAdmin || Has(user);
}
