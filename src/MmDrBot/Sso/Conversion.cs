namespace MmDrBot.Sso;

/// <summary>One account that was, or is to be, taken from its sign-in service to a password.</summary>
internal sealed record Conversion
{
    public required string Id { get; init; }

    public required string OutageId { get; init; }

    /// <summary>Mattermost's id of the account, 26 characters.</summary>
    public required string UserId { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string AuthService { get; init; }

    public required string AuthData { get; init; }

    public bool MfaActive { get; init; }

    /// <summary>Role names separated by blanks.</summary>
    public string Roles { get; init; } = "";

    /// <summary>When the account had been deactivated before its conversion, Unix milliseconds; 0: it was active, or that is not known.</summary>
    public long DeleteAt { get; init; }

    public ConversionState State { get; init; }

    public required string Ticket { get; init; }

    /// <summary>Why the outage was opened; empty where that is not known.</summary>
    public string Reason { get; init; } = "";

    public Delivery Delivery { get; init; }

    /// <summary>The ledger object that holds the binding.</summary>
    public required string LedgerId { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConvertedAt { get; init; }

    /// <summary>When the way in was handed over: the mail sent, the link or the password given out.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When it is to be reverted, if the provider is well by then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedBy { get; init; }

    /// <summary>Why it is still open, or what went wrong; a sentence with its cure.</summary>
    public string? Problem { get; init; }

    /// <summary>Our way back set the binding, but stopped before caches and sessions were cleared.</summary>
    public bool IsHalfBack { get; init; }

    /// <summary>What was said last of the end of its time: `waiting`, or how the way back failed; null: nothing.</summary>
    public string? ExpiryTold { get; init; }

    public bool IsOpen => State is ConversionState.Planned or ConversionState.Converted or ConversionState.Reverting;
}
