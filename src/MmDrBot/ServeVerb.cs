using MmDrBot.Access;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot;

/// <summary>Runs the service until it is told to stop.</summary>
internal sealed class ServeVerb(AppSettings settings, IConfiguration configuration, BotCredentialStore credentials, TeamCommandStore commands) : Verb
{
    internal override string Path => "serve";

    internal override string Description => "Runs the service: slash commands, REST API, jobs.";

    internal override string Details => "It stops tidily at SIGTERM or Ctrl-C. `mmdr config check` tells beforehand whether the settings are complete; `/healthz/ready` answers 200 once it is up.";

    internal override IReadOnlyList<string> Examples => ["serve", "serve --verbose"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var hasToken = settings.Mattermost.Token is { Length: > 0 } || await credentials.FindAsync(cancellationToken) is not null;
        var missing = Missing(hasToken, await HasCommandAsync(cancellationToken)).ToArray();
        if (missing.Length > 0)
        {
            throw new Refusal(RefusalReason.Invalid, string.Join('\n', missing), "`mmdr config check` shows where settings come from.");
        }

        await using var service = MmDrBotService.Build(configuration, settings);
        await service.RunAsync(cancellationToken);
        return Reply.Of("Stopped.", new { stopped = true });
    }

    /// <summary>By the settings, by the books, or by what is registered as soon as the service runs.</summary>
    private async Task<bool> HasCommandAsync(CancellationToken cancellationToken) =>
        settings.Mattermost.CommandTokens.Count > 0
        || settings.Mattermost is { Register: true, Teams.Count: > 0 }
        || (await commands.ListAsync(cancellationToken)).Count > 0;

    private IEnumerable<string> Missing(bool hasToken, bool hasCommand)
    {
        var mattermost = settings.Mattermost;
        foreach (var (present, text) in new[]
        {
            (mattermost.Url is { Length: > 0 }, "MMDR_Mattermost__Url: not set; where Mattermost's API answers, such as http://localhost:8065."),
            (hasToken, "MMDR_Mattermost__Token: not set; the bot account's access token (MMDR_Mattermost__TokenFile names a file). `mmdr mattermost register --admin-token-file FILE` makes account and token."),
            (hasCommand, "MMDR_Mattermost__Teams__0: not set; the name of a team in which /dr is to be registered (or MMDR_Mattermost__CommandTokens__0: the token of one that is)."),
            (settings.Repository.Url is { Length: > 0 }, "MMDR_Repository__Url: not set; file:///directory or s3://bucket/prefix."),
            (settings.Repository.Passphrase is { Length: > 0 } || settings.Repository.PassphraseCommand is { Length: > 0 }, "MMDR_Repository__PassphraseFile: not set; a file that holds the repository's passphrase."),
            (mattermost.Directory is { Length: > 0 } || mattermost.ConfigFile is { Length: > 0 }, "MMDR_Mattermost__Directory: not set; Mattermost's directory, such as /opt/mattermost."),
        })
        {
            if (!present)
            {
                yield return text;
            }
        }
    }
}
