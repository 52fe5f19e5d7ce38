using System.Net;
using MmDrBot.Mattermost;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Finds teams before anything is registered in them: Mattermost registers a command for a team that does not exist, too.</summary>
internal static class TeamFinder
{
    internal const string All = "*";
    private const int Page = 200;

    /// <summary>The live teams of these names, and one entry for each name that leads to none.</summary>
    internal static async Task<(IReadOnlyList<Team> Found, IReadOnlyList<RegisteredTeam> Problems)> FindAsync(IMattermostApi api, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (names.Contains(All))
        {
            var all = await AllAsync(api, cancellationToken);
            return (all, all.Count > 0 ? [] : [new RegisteredTeam(All, RegistrationOutcome.Missing, "Mattermost shows the bot no team.", MattermostRefusals.GiveRole)]);
        }

        var (found, problems) = (new List<Team>(), new List<RegisteredTeam>());
        foreach (var name in names.Select(name => name.Trim().ToLowerInvariant()).Distinct())
        {
            try
            {
                var team = await api.GetTeamByNameAsync(name, cancellationToken);
                if (team.DeleteAt == 0)
                {
                    found.Add(team);
                }
                else
                {
                    problems.Add(new RegisteredTeam(name, RegistrationOutcome.Missing, "The team is archived.", "Take it out of the list, or bring it back in Mattermost."));
                }
            }
            catch (MattermostApiException unknown) when (unknown.StatusCode is HttpStatusCode.NotFound)
            {
                problems.Add(new RegisteredTeam(name, RegistrationOutcome.Missing, "There is no such team.", "Use the team's name as it stands in addresses (https://host/NAME/channels/...), not the one that people see."));
            }
            catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
            {
                problems.Add(new RegisteredTeam(name, RegistrationOutcome.Failed, "The bot is not in the team, and may not see it.", MattermostRefusals.GiveRole));
            }
        }

        return (found, problems);
    }

    private static async Task<List<Team>> AllAsync(IMattermostApi api, CancellationToken cancellationToken)
    {
        var teams = new List<Team>();
        for (var page = 0; ; page++)
        {
            var some = await api.GetTeamsAsync(page, Page, cancellationToken);
            teams.AddRange(some.Where(team => team.DeleteAt == 0));
            if (some.Count < Page)
            {
                return teams;
            }
        }
    }
}
