using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MmDrBot.Sso;

/// <summary>
/// One object of the ledger: the bindings of one call, written before Mattermost is asked; or how some of them ended. What is left when
/// the ends are taken from the bindings are the accounts that must still be brought back. docs/design.md fixes the JSON.
/// </summary>
internal sealed record LedgerRecord
{
    internal const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked, such as `mattermost:alice`.</summary>
    public required string Actor { get; init; }

    public LedgerOutage? Outage { get; init; }

    public IReadOnlyList<LedgerBinding> Bindings { get; init; } = [];

    public IReadOnlyList<LedgerEnd> Ends { get; init; } = [];

    /// <summary>What was changed in Mattermost's configuration for the outage, or how that ended; null where the object is not about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LedgerSettings? Settings { get; init; }
}

/// <summary>The outage that bindings belong to.</summary>
internal sealed record LedgerOutage(string Id, string Service, string Ticket, string Reason, bool MailDepends, string OpenedBy, DateTimeOffset OpenedAt)
{
    internal Outage ToOutage() => new() { Id = Id, Service = Service, Ticket = Ticket, Reason = Reason, MailDepends = MailDepends, OpenedBy = OpenedBy, OpenedAt = OpenedAt };
}

/// <summary>What an account was before its conversion.</summary>
internal sealed record LedgerBinding
{
    public required string ConversionId { get; init; }

    public required string UserId { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required string AuthService { get; init; }

    public required string AuthData { get; init; }

    public bool MfaActive { get; init; }

    public string Roles { get; init; } = "";

    /// <summary>Unix milliseconds of the deactivation; 0 while the account is active.</summary>
    public long DeleteAt { get; init; }

    public required string Ticket { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>How a conversion ended: reverted, already_back, signed_off or rolled_back.</summary>
internal sealed record LedgerEnd(string ConversionId, string UserId, string Outcome, string? Reason);

/// <summary>A change of Mattermost's configuration. Of an outage's objects with settings the newest counts.</summary>
/// <param name="OutageId">For which outage.</param>
/// <param name="Before">A patch that puts back what was there; null: that was done, or is no longer to be done.</param>
internal sealed record LedgerSettings(string OutageId, JsonNode? Before);
