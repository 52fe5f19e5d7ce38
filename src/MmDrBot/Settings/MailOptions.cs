namespace MmDrBot.Settings;

/// <summary>Section `Mail`: the server that takes our mail, and who gets it.</summary>
internal sealed record MailOptions
{
    internal const string StartTls = "starttls", Implicit = "implicit", None = "none";

    /// <summary>The mail server; without one, no mail is sent.</summary>
    public string? Host { get; init; }

    /// <summary>Its port. Default: 587, and 465 where TLS begins at once.</summary>
    public int? Port { get; init; }

    /// <summary>`starttls` (required, never left out), `implicit` (from the first byte) or `none`. Default: starttls.</summary>
    public string Tls { get; init; } = StartTls;

    /// <summary>Certificates in PEM form that the server's may come from, besides those that the system trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>Who signs in; without, nobody does.</summary>
    public string? User { get; init; }

    /// <summary>The password. A secret.</summary>
    public string? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public string? From { get; init; }

    /// <summary>Who gets alarms.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>How long one mail may take. Default: 30 seconds.</summary>
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(30));

    internal bool IsSet => Host is { Length: > 0 };

    internal int EffectivePort => Port ?? (Tls == Implicit ? 465 : 587);

    internal bool TlsIsKnown => Tls is StartTls or Implicit or None;
}
