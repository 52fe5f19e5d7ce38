using FluentValidation;

namespace MmDrBot.Settings;

/// <summary>What is wrong with alarms, and with the mail that tells of them.</summary>
internal sealed class AlarmSettingsValidator : AbstractValidator<AppSettings>
{
    public AlarmSettingsValidator()
    {
        RuleFor(settings => settings.Alarms.Every.Value).InclusiveBetween(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15)).WithMessage("MMDR_Alarms__Every: must be 10s to 15m.");
        RuleFor(settings => settings.Alarms.HeartbeatEvery.Value).InclusiveBetween(TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)).WithMessage("MMDR_Alarms__HeartbeatEvery: must be 10s to 24h.");
        RuleFor(settings => settings.Alarms.HeartbeatUrl).Must(BeWebAddress).WithMessage("MMDR_Alarms__HeartbeatUrl: must be an http or https URL.");
        RuleFor(settings => settings.Alarms.HeartbeatFailUrl).Must(url => url == "none" || BeWebAddress(url)).WithMessage("MMDR_Alarms__HeartbeatFailUrl: must be an http or https URL, or none.");
        RuleFor(settings => settings.Alarms.GrowthFactor).Must(factor => factor is 0 or (> 1 and <= 1000)).WithMessage("MMDR_Alarms__GrowthFactor: must be 0 (any growth), or more than 1 and at most 1000.");
        RuleFor(settings => settings.Alarms.GrowthMegabytes).InclusiveBetween(0, 1_000_000_000).WithMessage("MMDR_Alarms__GrowthMegabytes: must be 0 to 1000000000.");
        RuleFor(settings => settings.Alarms.ShrinkPercent).InclusiveBetween(0, 99).WithMessage("MMDR_Alarms__ShrinkPercent: must be 0 (any size) to 99.");
        RuleFor(settings => settings.Alarms.JudgedWithin.Value).GreaterThanOrEqualTo(TimeSpan.FromMinutes(5)).WithMessage("MMDR_Alarms__JudgedWithin: must be 5m or more.");
        RuleFor(settings => settings.Alarms.Off).Must(off => off.All(AlarmKinds.Names.Contains)).WithMessage(settings => $"MMDR_Alarms__Off: {string.Join(", ", settings.Alarms.Off.Except(AlarmKinds.Names))}: there is no such kind of alarm; there are {string.Join(", ", AlarmKinds.Names)}.");
        RuleFor(settings => settings.Mail.Tls).Must((settings, _) => settings.Mail.TlsIsKnown).WithMessage("MMDR_Mail__Tls: must be starttls, implicit or none.");
        RuleFor(settings => settings.Mail.Port).InclusiveBetween(1, 65_535).WithMessage("MMDR_Mail__Port: must be 1 to 65535.");
        RuleFor(settings => settings.Mail).Must(mail => !mail.IsSet || mail.From is { Length: > 0 }).WithMessage("MMDR_Mail__From: not set; the address that mail comes from, such as mmdr@example.org.");
        RuleFor(settings => settings.Mail).Must(mail => !mail.IsSet || mail.To.Count > 0).WithMessage("MMDR_Mail__To__0: not set; who gets alarms by mail.");
        RuleFor(settings => settings.Mail).Must(mail => !mail.IsSet || mail.To.Append(mail.From ?? "a@b").All(BeMailAddress)).WithMessage("MMDR_Mail: From and To must be mail addresses, such as ops@example.org.");
        RuleFor(settings => settings.Mail).Must(mail => string.IsNullOrEmpty(mail.User) == string.IsNullOrEmpty(mail.Password)).WithMessage("MMDR_Mail__Password: user and password go together; give both or none.");
        RuleFor(settings => settings.Mail).Must(mail => mail.Tls != MailOptions.None || string.IsNullOrEmpty(mail.Password)).WithMessage("MMDR_Mail__Password: a password is never sent without TLS; set MMDR_Mail__Tls to starttls or implicit.");
    }

    private static bool BeWebAddress(string? url) =>
        string.IsNullOrEmpty(url) || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");

    private static bool BeMailAddress(string text) => text.Length is > 2 and <= 320 && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1 && !text.Any(letter => char.IsControl(letter));
}
