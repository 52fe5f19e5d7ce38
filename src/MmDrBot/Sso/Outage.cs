namespace MmDrBot.Sso;

/// <summary>A time in which one sign-in service is not to be relied on. At most one is open for each service.</summary>
internal sealed record Outage
{
    public required string Id { get; init; }

    /// <summary>Mattermost's name of the service: gitlab, google, office365, openid, saml or ldap.</summary>
    public required string Service { get; init; }

    public required string Ticket { get; init; }

    public required string Reason { get; init; }

    /// <summary>Whether mail goes by the same provider, so that a reset mail reaches nobody.</summary>
    public bool MailDepends { get; init; }

    public required string OpenedBy { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public string? ClosedBy { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? CloseReason { get; init; }

    /// <summary>
    /// What opening changed in Mattermost's configuration, as it was before: a patch that puts it back. A closed outage has it until that is
    /// done, or another one has taken it over.
    /// </summary>
    public string? ChangedSettingsJson { get; init; }

    public DateTimeOffset? RemindedAt { get; init; }

    public bool IsOpen => ClosedAt is null;
}
