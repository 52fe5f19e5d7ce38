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
        RuleFor(settings => settings.Repository.S3)
            .Must(s3 => string.IsNullOrEmpty(s3.AccessKey) == string.IsNullOrEmpty(s3.SecretKey))
            .WithMessage("MMDR_Repository__S3__SecretKey: access key and secret key go together; give both or none.");
        RuleFor(settings => settings.Repository.S3.Endpoint).Must(BeWebAddress).WithMessage("MMDR_Repository__S3__Endpoint: must be an http or https URL.");
        RuleFor(settings => settings.Mattermost.Url).Must(BeWebAddress).WithMessage("MMDR_Mattermost__Url: must be an http or https URL, such as http://localhost:8065.");
        RuleFor(settings => settings.Mattermost.FileStore).Must(mode => mode is "copy" or "inventory" or "leave").WithMessage("MMDR_Mattermost__FileStore: must be copy, inventory or leave.");
        RuleFor(settings => settings.Http.Listen).Must(BeWebAddress).WithMessage("MMDR_Http__Listen: must be a URL such as http://127.0.0.1:8075.");
        RuleFor(settings => settings.Http.PublicUrl).Must(BeWebAddress).WithMessage("MMDR_Http__PublicUrl: must be an http or https URL.");
        RuleFor(settings => settings.Service.Secret).Must(secret => secret is not { Length: > 0 and < 32 }).WithMessage("MMDR_Service__Secret: must have 32 characters or more, made by a generator.");
        RuleFor(settings => settings.Access)
            .Must(access => !access.Unreadable.Any())
            .WithMessage(settings => $"MMDR_Access: {string.Join(", ", settings.Access.Unreadable)}: must be role:NAME, user:NAME, group:NAME, channel:ID or cli:NAME.");
    }

    private static bool BeWebAddress(string? url) =>
        string.IsNullOrEmpty(url) || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
}
