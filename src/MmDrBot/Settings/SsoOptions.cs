namespace MmDrBot.Settings;

/// <summary>Section `Sso`: conversions during outages of single sign-on.</summary>
internal sealed record SsoOptions
{
    /// <summary>How many accounts are worked on at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>The most accounts that one call may name.</summary>
    public int MaximumUsers { get; init; } = 10_000;

    /// <summary>Characters; PasswordSettings.MinimumLength of Mattermost where it is above 20.</summary>
    public int MinimumPasswordLength { get; init; } = 20;

    /// <summary>Whether mail goes by the sign-in provider too, so that reset mails reach nobody. An outage may say otherwise.</summary>
    public bool MailDependsOnProvider { get; init; }

    /// <summary>How long a one-time link is good.</summary>
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an account is left alone whose call was interrupted or had no answer, so that what it sent last has arrived.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the channel is reminded of an open outage.</summary>
    public TimeSpan RemindEvery { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How often the providers are probed.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many probes in a row fail before a provider counts as down.</summary>
    public int FailuresUntilDown { get; init; } = 3;

    /// <summary>How many probes in a row succeed before it counts as up again.</summary>
    public int SuccessesUntilUp { get; init; } = 3;

    /// <summary>Open an outage by itself when a provider counts as down.</summary>
    public bool OpenByItself { get; init; }

    /// <summary>Close it by itself when the provider counts as up and nobody is converted any more.</summary>
    public bool CloseByItself { get; init; }

    /// <summary>
    /// How long nobody was converted before an outage is closed by itself whose provider this process never saw down: it may be out in
    /// ways that no probe sees.
    /// </summary>
    public TimeSpan CloseAfterQuiet { get; init; } = TimeSpan.FromHours(1);
}
