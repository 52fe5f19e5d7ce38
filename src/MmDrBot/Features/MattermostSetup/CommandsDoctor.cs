using System.Net;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>`/dr`, team by team, and whether the service answers at the address that Mattermost calls.</summary>
internal sealed class CommandsDoctor(MattermostGate mattermost, TeamCommandStore books, BotCredentialStore credentials, ServiceProbe probe, AppSettings settings) : IDoctorCheck
{
    private const string Register = "`mmdr mattermost register` mends it.";

    public DoctorArea Area => DoctorArea.Chat;

    public string What => "/dr";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (settings.Mattermost.Url is not { Length: > 0 })
        {
            return [Finding.Skipped(What, "MMDR_Mattermost__Url is not set.")];
        }

        var url = CommandAddress.Of(settings);
        return [await probe.CheckAsync(CommandAddress.Service(settings), cancellationToken), .. await LookAsync(url, cancellationToken)];
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return await CommandsAsync(url, cancellationToken);
        }
        catch (Refusal refusal)
        {
            return [Finding.Failed(What, refusal.Message, refusal.Hint)];
        }
    }

    private async Task<IReadOnlyList<Finding>> CommandsAsync(string url, CancellationToken cancellationToken)
    {
        var recorded = await books.ListAsync(cancellationToken);
        var names = settings.Mattermost.Teams.Concat(recorded.Select(command => command.TeamName)).Distinct().ToArray();
        if (names.Length == 0)
        {
            return
            [
                settings.Mattermost.CommandTokens.Count > 0
                    ? Finding.Ok(What, $"The settings hold {settings.Mattermost.CommandTokens.Count} of its tokens; none was registered from here, so nobody looks whether they are right.")
                    : Finding.Failed(What, "It is registered in no team.", "`mmdr mattermost register --team NAME` registers it."),
            ];
        }

        if (!credentials.IsInSettings && await credentials.FindAsync(cancellationToken) is null)
        {
            return [Finding.Skipped(What, "There is no access token to look with.")];
        }

        return await MattermostRefusals.TranslateAsync("list slash commands", async () => await TeamsAsync(names, recorded, url, cancellationToken));
    }

    private async Task<IReadOnlyList<Finding>> TeamsAsync(string[] names, IReadOnlyList<TeamCommand> recorded, string url, CancellationToken cancellationToken)
    {
        var me = await mattermost.Api.GetMeAsync(cancellationToken);
        if (!me.IsSystemAdmin)
        {
            return [Finding.Skipped(What, $"@{me.Username} is no system administrator, and can't see slash commands.", MattermostRefusals.GiveRole)];
        }

        var (teams, problems) = await TeamFinder.FindAsync(mattermost.Api, names, cancellationToken);
        var findings = problems.Select(problem => Finding.Failed($"/dr in {problem.Team}", problem.Detail, problem.Cure)).ToList();
        foreach (var team in teams)
        {
            var commands = await mattermost.Api.GetCustomCommandsAsync(team.Id, cancellationToken);
            var known = recorded.FirstOrDefault(command => command.TeamId == team.Id);
            findings.Add(Judge(team, commands, known, await CommandMakers.OfAsync(mattermost.Api, commands, known?.CommandId, me.Id, cancellationToken), url));
        }

        return findings;
    }

    private Finding Judge(Team team, IReadOnlyList<RegisteredCommand> commands, TeamCommand? recorded, CommandMakers makers, string url)
    {
        var what = $"/dr in {team.Name}";
        var (ours, foreign) = CommandPolicy.Choose(commands, recorded, makers);
        if (foreign is not null)
        {
            return Finding.Failed(what, $"The trigger belongs to another command (\"{foreign.DisplayName}\").", "Give that command another trigger, or remove it; then run `mmdr mattermost register`.");
        }

        if (ours is null)
        {
            return Finding.Failed(what, "It is not registered.", Register);
        }

        if (CommandPolicy.Mend(ours, url) is var wanted && wanted != ours)
        {
            return Finding.Failed(what, $"It is not as it should be: {CommandPolicy.Differences(ours, wanted)}.", Register);
        }

        var known = recorded?.TokenHash == SlashCommandRequest.HashOf(ours.Token) || settings.Mattermost.CommandTokens.Any(token => SlashCommandRequest.HashOf(token) == SlashCommandRequest.HashOf(ours.Token));
        return known ? Finding.Ok(what, $"Sent to {ours.Url}.") : Finding.Failed(what, "Its token is not the one that is known here, so every call is refused.", Register);
    }
}

/// <summary>Calls the service under its own address, as Mattermost does.</summary>
internal sealed class ServiceProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    internal async Task<Finding> CheckAsync(Uri service, CancellationToken cancellationToken)
    {
        const string What = "service's address";
        var shown = service.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Patience };
            using var answer = await http.GetAsync(new Uri(service.AbsoluteUri.TrimEnd('/') + "/healthz/live"), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK
                ? Finding.Ok(What, $"{shown} answers.")
                : Finding.Failed(What, $"{shown} answers {(int)answer.StatusCode} instead of 200; is that this service?", "Check MMDR_Mattermost__CallbackUrl and MMDR_Http__PublicUrl, and what the proxy before it lets through.");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Finding.Failed(What, $"{shown} does not answer from here: {(failure is HttpRequestException ? failure.Message : "no answer in time")}.", "Start the service (`mmdr serve`); or set MMDR_Mattermost__CallbackUrl to the address under which Mattermost reaches it.");
        }
    }
}
