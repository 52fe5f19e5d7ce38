namespace MmDrBot.Features.Outages;

/// <summary>Where our books and Mattermost's database part.</summary>
/// <param name="Username">The account.</param>
/// <param name="UserId">Its id.</param>
/// <param name="Kind">`straggler`, `already_back`, `changed_outside`, `account_gone` or `rewound`.</param>
/// <param name="Message">What is so, and the cure.</param>
internal sealed record Drift(string Username, string UserId, string Kind, string Message)
{
    /// <summary>The books say converted and so does the database; all other kinds are disagreements.</summary>
    internal bool IsStraggler => Kind == "straggler";

    /// <summary>The books say back, and the database says password.</summary>
    internal bool IsRewound => Kind == "rewound";
}
