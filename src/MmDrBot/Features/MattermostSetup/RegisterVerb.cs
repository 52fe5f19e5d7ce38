using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.MattermostSetup;

internal sealed class RegisterVerb(RegisterMattermost register) : Verb
{
    private readonly Option<string[]> _teams = new("--team") { Description = "A team's name as it stands in addresses; may be repeated. Default: Mattermost:Teams of the settings, else those registered before.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all-teams") { Description = "Every team there is." };
    private readonly Option<bool> _regenerate = new("--regenerate") { Description = "Give each command a new token; the old one is void at once." };
    private readonly Option<string?> _admin = new("--admin-token-file") { Description = "A file with a system administrator's access token, used this once to make the bot account and its token, and not kept; - reads it from standard input. Command line only.", HelpName = "FILE" };

    internal override string Path => "mattermost register";

    internal override string Description => "Makes the bot account and /dr in Mattermost, or mends them; run again, it changes nothing.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["mattermost register --all-teams --admin-token-file -", "mattermost register --team acme", "mattermost register --regenerate"];

    internal override IReadOnlyList<Option> OnHostAlone => [_admin];

    internal override void Shape(Command command)
    {
        command.Options.Add(_teams);
        command.Options.Add(_all);
        command.Options.Add(_regenerate);
        command.Options.Add(_admin);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new RegisterRequest
        {
            Teams = invocation.Value(_teams) ?? [],
            AllTeams = invocation.Value(_all),
            Regenerate = invocation.Value(_regenerate),
            AdminToken = invocation.Value(_admin) is { } file ? await AdminTokenAsync(file, invocation.Actor, cancellationToken) : null,
        };
        return ReplyOf(await register.HandleAsync(request, invocation.Actor, cancellationToken));
    }

    /// <summary>What is typed in chat must not have files of this host read.</summary>
    private static async Task<string> AdminTokenAsync(string file, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRegistration);
        if (actor.Door is not Door.Cli)
        {
            throw new Refusal(RefusalReason.Forbidden, "--admin-token-file is for the command line of the host alone.", "Run `mmdr mattermost register --admin-token-file FILE` there.");
        }

        var text = file == "-" ? await Console.In.ReadLineAsync(cancellationToken) ?? "" : await NamedFile.ReadAsync("--admin-token-file", file, "Name a file that holds the token, or - for standard input.", cancellationToken);
        return text.Trim() is { Length: > 0 } token && token.All(char.IsAsciiLetterOrDigit)
            ? token
            : throw new Refusal(RefusalReason.Invalid, "What was given is no access token of Mattermost: those have 26 letters and digits.", "Make one under Profile, Security, Personal Access Tokens.");
    }

    private static Reply ReplyOf(RegistrationResult result) => new()
    {
        Text = string.Join('\n', Lines(result)),
        Table = result.Teams.Count == 0 ? null : new ReplyTable(["Team", "/dr", "Detail", "Next"], [.. result.Teams.Select(team => new[] { team.Team, EnumText.Of(team.Outcome), Detail(team), team.Cure ?? "" })]),
        Footer = Footer(result),
        Json = new { good = result.Good, changed = result.Changed, bot = result.Bot, teams = result.Teams, settings = result.Settings },
        ExitCode = result.Good ? ExitCodes.Ok : ExitCodes.Failed,
    };

    private static string Detail(RegisteredTeam team) => team.BotJoined ? $"{team.Detail} The bot was let into the team." : team.Detail;

    private static string Footer(RegistrationResult result) =>
        $"{(result.Changed ? "Done." : "Nothing was changed.")} {(result.Good ? "`/dr help` in Mattermost shows what can be done; `doctor` looks at everything." : "There is something to mend, see above.")}";

    private static IEnumerable<string> Lines(RegistrationResult result)
    {
        if (result.Bot is { } bot)
        {
            yield return bot.Change switch
            {
                BotChange.Created => $"Made the bot account `@{bot.Username}` with the role system_admin, and its access token, which is kept under seal in the state.",
                BotChange.TokenMade => $"Made a new access token for the bot `@{bot.Username}`; it is kept under seal in the state.",
                BotChange.RoleGiven => $"Gave `@{bot.Username}` the role system_admin.",
                _ => $"The service acts as `@{bot.Username}`{(bot.IsSystemAdmin ? ", a system administrator" : ", which is no system administrator: it can't register commands, nor convert accounts")}.",
            };
        }

        foreach (var finding in result.Settings.Where(finding => finding.State is not FindingState.Ok))
        {
            yield return $"**{EnumText.Of(finding.State).ToUpperInvariant()}** {finding.What}: {finding.Detail} {finding.Cure}".TrimEnd();
        }
    }
}
