namespace MmDrBot.Sso;

/// <summary>What a call to convert asks for.</summary>
internal sealed record ConvertOrder
{
    /// <summary>Usernames, with or without @, e-mail addresses or ids.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    public required string Ticket { get; init; }

    /// <summary>After which time the account is to be reverted by itself.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Null: what suits the outage.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>Whether links and passwords are handed over now. A job's record outlives its answer, so a job leaves that to `sso deliver`.</summary>
    public bool HandsOverSecrets { get; init; } = true;

    public bool IncludeDeactivated { get; init; }

    /// <summary>Whether system administrators may be among them.</summary>
    public bool IncludeAdmins { get; init; }
}
