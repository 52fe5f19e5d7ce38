namespace MmDrBot.Features.Outages;

/// <summary>Where our books and Mattermost's database part.</summary>
/// <param name="Username">The account; empty for `ledger_unread`.</param>
/// <param name="UserId">Its id.</param>
/// <param name="Kind">`straggler`, `already_back`, `binding_taken`, `changed_outside`, `account_gone`, `rewound`, `only_in_ledger` or `ledger_unread`.</param>
/// <param name="Message">What is so, and the cure.</param>
internal sealed record Drift(string Username, string UserId, string Kind, string Message)
{
    /// <summary>The books say converted and so does the database; all other kinds are disagreements.</summary>
    internal bool IsStraggler => Kind == "straggler";

    /// <summary>Not about an account: what the ledger has is not known, or not all of it.</summary>
    internal bool IsUnread => Kind == "ledger_unread";

    /// <summary>The whole ledger was out of reach, so that it may be empty.</summary>
    internal bool IsUnreached { get; init; }

    /// <summary>What a table has in its first column.</summary>
    internal string Subject => Username.Length == 0 ? "the ledger" : $"@{Username}";

    /// <summary>The books say back, and the database says password.</summary>
    internal bool IsRewound => Kind == "rewound";
}
