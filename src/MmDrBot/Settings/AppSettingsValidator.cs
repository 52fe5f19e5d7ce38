using FluentValidation;

namespace MmDrBot.Settings;

/// <summary>What is wrong whatever the command; missing things are named by the commands that need them.</summary>
internal sealed class AppSettingsValidator : AbstractValidator<AppSettings>
{
    public AppSettingsValidator()
    {
        RuleFor(settings => settings.Chat.CommandsPerMinute).InclusiveBetween(0, 100_000).WithMessage("MMDR_Chat__CommandsPerMinute: must be a number from 0 (no limit) to 100000.");
        RuleFor(settings => settings.Repository.Url)
            .Must(url => url is null || url.StartsWith("file:///", StringComparison.Ordinal) || url.StartsWith("s3://", StringComparison.Ordinal))
            .WithMessage("MMDR_Repository__Url: must be file:///directory or s3://bucket/prefix.");
        RuleFor(settings => settings.Repository)
            .Must(repository => repository.Passphrase is not { Length: > 0 } || repository.PassphraseCommand is not { Length: > 0 })
            .WithMessage("MMDR_Repository__PassphraseCommand: a passphrase is set as well; give one of them.");
        RuleFor(settings => settings.Repository.ObjectLock)
            .Must(locks => locks.IsKnown).WithMessage("MMDR_Repository__ObjectLock__Mode: must be none, governance or compliance.")
            .Must(locks => locks.Days is >= 1 and <= 36_500).WithMessage("MMDR_Repository__ObjectLock__Days: must be 1 to 36500.");
        RuleFor(settings => settings.Repository)
            .Must(repository => !repository.ObjectLock.IsSet || repository.Url?.StartsWith("file:", StringComparison.Ordinal) is not true)
            .WithMessage("MMDR_Repository__ObjectLock__Mode: a directory can't lock objects; only a bucket can (s3://...).");
        RuleFor(settings => settings).Custom((settings, context) => CopyFaults.Of(settings).ToList().ForEach(fault => context.AddFailure(fault)));
        RuleForS3("MMDR_Repository__S3", settings => settings.Repository.S3);
        RuleForS3("MMDR_Restore__S3", settings => settings.Restore.S3);
        RuleFor(settings => settings.Restore)
            .Must(restore => !restore.Unreadable.Any())
            .WithMessage(settings => $"MMDR_Restore__Targets: {string.Join(", ", settings.Restore.Unreadable)}: a name has small letters, digits and dashes and is not server; its target has DatabaseUrl (postgres://...), Files (a directory or s3://...) or Config (a directory or postgres://...).")
            .Must(restore => string.IsNullOrEmpty(restore.StopCommand) == string.IsNullOrEmpty(restore.StartCommand))
            .WithMessage("MMDR_Restore__StartCommand: the commands that stop and start Mattermost go together; give both or none.")
            .Must(restore => restore.CommandTimeout > TimeSpan.Zero && restore.CommandTimeout <= TimeSpan.FromHours(1))
            .WithMessage("MMDR_Restore__CommandTimeout: must be more than 0 and at most 01:00:00.");
        RuleFor(settings => settings.Mattermost.Url).Must(BeWebAddress).WithMessage("MMDR_Mattermost__Url: must be an http or https URL, such as http://localhost:8065.");
        RuleFor(settings => settings.Mattermost.FileStore).Must(mode => mode is "copy" or "inventory" or "leave").WithMessage("MMDR_Mattermost__FileStore: must be copy, inventory or leave.");
        RuleFor(settings => settings.Jobs.Concurrency).InclusiveBetween(1, 64).WithMessage("MMDR_Jobs__Concurrency: must be 1 to 64.");
        RuleFor(settings => settings.Jobs.Lease).InclusiveBetween(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)).WithMessage("MMDR_Jobs__Lease: must be 00:00:10 to 01:00:00.");
        RuleFor(settings => settings.Jobs.PollEvery).InclusiveBetween(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)).WithMessage("MMDR_Jobs__PollEvery: must be 00:00:00.1 to 00:01:00.");
        RuleFor(settings => settings.Mattermost.CallbackUrl).Must(BeWebAddress).WithMessage("MMDR_Mattermost__CallbackUrl: must be an http or https URL.");
        RuleFor(settings => settings.Http.Listen).Must(BeWebAddress).WithMessage("MMDR_Http__Listen: must be a URL such as http://127.0.0.1:8075.");
        RuleFor(settings => settings.Http.RequestsPerMinute).GreaterThan(0).WithMessage("MMDR_Http__RequestsPerMinute: must be a number from 1 on.");
        RuleFor(settings => settings.Http.UnknownRequestsPerMinute).GreaterThan(0).WithMessage("MMDR_Http__UnknownRequestsPerMinute: must be a number from 1 on.");
        RuleFor(settings => settings.Http.EventStreams).GreaterThan(0).WithMessage("MMDR_Http__EventStreams: must be a number from 1 on.");
        RuleFor(settings => settings.Http.Connections).GreaterThan(0).WithMessage("MMDR_Http__Connections: must be a number from 1 on.");
        RuleFor(settings => settings.Http.PublicUrl).Must(BeWebAddress).WithMessage("MMDR_Http__PublicUrl: must be an http or https URL.");
        RuleFor(settings => settings.Service.Secret).Must(secret => secret is not { Length: > 0 and < 32 }).WithMessage("MMDR_Service__Secret: must have 32 characters or more, made by a generator.");
        RuleFor(settings => settings.Schedules.TimeZone)
            .Must(zone => string.IsNullOrEmpty(zone) || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            .WithMessage(settings => $"MMDR_Schedules__TimeZone: there is no time zone {settings.Schedules.TimeZone}; names are those of IANA, such as Europe/Berlin.");
        RuleFor(settings => settings.Webhooks)
            .Must(webhooks => !webhooks.Unreadable.Any())
            .WithMessage(settings => $"MMDR_Webhooks__AllowedNetworks: {string.Join(", ", settings.Webhooks.Unreadable)}: must be a network in CIDR form, such as 10.1.2.0/24.")
            .Must(webhooks => webhooks.Timeout > TimeSpan.Zero && webhooks.Timeout <= TimeSpan.FromMinutes(1))
            .WithMessage("MMDR_Webhooks__Timeout: must be more than 0 and at most 00:01:00.");
        RuleFor(settings => settings.Approvals.ConvertMany).GreaterThanOrEqualTo(0).WithMessage("MMDR_Approvals__ConvertMany: must be 0 or more.");
        RuleFor(settings => settings.Approvals.Lifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)).WithMessage("MMDR_Approvals__Lifetime: must be 00:01:00 to 7.00:00:00.");
        RuleFor(settings => settings.Announcements).Must(news => !news.Unknown.Any()).WithMessage(settings => $"MMDR_Announcements__Events: {string.Join(", ", settings.Announcements.Unknown)}: there is no such kind of news; docs/settings.md lists them.");
        RuleFor(settings => settings.Drills.Directory).Must(Path.IsPathRooted).WithMessage("MMDR_Drills__Directory: must be an absolute path.");
        RuleFor(settings => settings.Drills.BootTimeout).InclusiveBetween(DrillOptions.ShortestBoot, DrillOptions.LongestBoot).WithMessage("MMDR_Drills__BootTimeout: must be 00:00:10 to 01:00:00.");
        RuleFor(settings => settings.Drills.ReadBackDays).InclusiveBetween(1, 365).WithMessage("MMDR_Drills__ReadBackDays: must be 1 to 365.");
        RuleFor(settings => settings.Sso.Concurrency).InclusiveBetween(1, 64).WithMessage("MMDR_Sso__Concurrency: must be 1 to 64.");
        RuleFor(settings => settings.Sso.MaximumUsers).GreaterThan(0).WithMessage("MMDR_Sso__MaximumUsers: must be 1 or more.");
        RuleFor(settings => settings.Sso).Must(sso => sso.ProbeEvery > TimeSpan.Zero && sso.LinkLifetime > TimeSpan.Zero && sso.SettleTime >= TimeSpan.Zero && sso.RemindEvery >= TimeSpan.Zero && sso.CloseAfterQuiet >= TimeSpan.Zero).WithMessage("MMDR_Sso: times can't be negative, and ProbeEvery and LinkLifetime not 0.");
        RuleFor(settings => settings.Retention).Must(policy => policy.Faults.Count == 0).WithMessage(settings => $"MMDR_Retention: {string.Join(" ", settings.Retention.Faults)}");
        Include(new AlarmSettingsValidator());
        RuleFor(settings => settings.Access)
            .Must(access => !access.Unreadable.Any())
            .WithMessage(settings => $"MMDR_Access: {string.Join(", ", settings.Access.Unreadable)}: must be role:NAME, user:NAME, group:NAME, channel:ID or cli:NAME.");
    }

    private void RuleForS3(string section, Func<AppSettings, S3Options> options)
    {
        RuleFor(settings => options(settings))
            .Must(s3 => string.IsNullOrEmpty(s3.AccessKey) == string.IsNullOrEmpty(s3.SecretKey))
            .WithMessage($"{section}__SecretKey: access key and secret key go together; give both or none.");
        RuleFor(settings => options(settings).Endpoint).Must(BeWebAddress).WithMessage($"{section}__Endpoint: must be an http or https URL.");
    }

    private static bool BeWebAddress(string? url) =>
        string.IsNullOrEmpty(url) || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
}
