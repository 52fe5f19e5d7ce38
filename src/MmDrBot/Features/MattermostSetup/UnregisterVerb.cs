using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.MattermostSetup;

internal sealed class UnregisterVerb(UnregisterMattermost unregister, AppSettings settings) : Verb
{
    private readonly Option<string[]> _teams = new("--team") { Description = "A team's name as it stands in addresses; may be repeated. Default: all in which /dr was registered.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
    private readonly Option<bool> _token = new("--token") { Description = "Revoke the bot's access token too, if `mattermost register` made it. The bot account stays." };

    internal override string Path => "mattermost unregister";

    internal override string Description => "Takes /dr out of Mattermost again: only what was registered from here.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["mattermost unregister --team acme", "mattermost unregister --token"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_teams);
        command.Options.Add(_token);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new UnregisterRequest { Teams = invocation.Value(_teams) ?? [], Token = invocation.Value(_token) };
        var result = await unregister.HandleAsync(request, invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = string.Join('\n', Lines(result)),
            Table = result.Teams.Count == 0 ? null : new ReplyTable(["Team", "/dr", "Detail", "Next"], [.. result.Teams.Select(team => new[] { team.Team, EnumText.Of(team.Outcome), team.Detail, team.Cure ?? "" })]),
            Footer = settings.Mattermost is { Register: true, Teams.Count: > 0 } ? "MMDR_Mattermost__Teams names teams, in which the service registers again at its next start; MMDR_Mattermost__Register=false keeps it from that." : null,
            Json = result,
            ExitCode = result.Good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }

    private static IEnumerable<string> Lines(UnregistrationResult result)
    {
        if (result.Teams.Count == 0)
        {
            yield return "/dr was registered in no team from here.";
        }

        if (result.Token is { } token)
        {
            yield return token switch
            {
                TokenOutcome.Revoked => "The bot's access token is revoked.",
                TokenOutcome.Gone => "Mattermost did not know the bot's access token any more; it is forgotten.",
                TokenOutcome.Kept => "The bot's access token stays, since a command could not be removed.",
                _ => "The bot's access token was not made here, so it stays.",
            };
        }
    }
}
