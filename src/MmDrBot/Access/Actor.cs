using System.Collections.Frozen;

namespace MmDrBot.Access;

/// <summary>Who asks. <see cref="Name"/> is "mattermost:alice", "api-key:ab12cd34", "cli:root" or "system".</summary>
internal sealed record Actor(string Name, Door Door, IReadOnlySet<Permission> Permissions)
{
    /// <summary>The service itself: schedules, sweeps and the like.</summary>
    public static Actor System { get; } = new("system", Door.System, Enum.GetValues<Permission>().ToFrozenSet());

    /// <summary>The 26-character id of the Mattermost account, where the actor has one.</summary>
    public string? MattermostUserId { get; init; }

    /// <summary>By whose clock they read times.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The roles behind the permissions, and where each comes from; empty where permissions were given one by one.</summary>
    public IReadOnlyList<RoleGrant> Grants { get; init; } = [];

    /// <summary>Why the two-person rule is passed over; only the command line sets it.</summary>
    public string? BreakGlass { get; init; }

    /// <summary>Ties what one request caused together in the audit; the answer shows it where it can.</summary>
    public string? RequestId { get; init; }

    /// <exception cref="Refusal">Forbidden: the actor lacks the permission.</exception>
    public void Require(Permission permission)
    {
        if (!Permissions.Contains(permission))
            throw new Refusal(
                RefusalReason.Forbidden,
                $"This needs the permission \"{EnumText.Of(permission)}\", which {Name} does not have.",
                "Ask an administrator of MmDrBot for it.");
    }
}
