using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>What to register.</summary>
internal sealed record RegisterRequest
{
    /// <summary>Names of teams; without any, those of the settings, else those that were registered before.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Whether it is all teams there are.</summary>
    public bool AllTeams { get; init; }

    /// <summary>Whether each command gets a new token.</summary>
    public bool Regenerate { get; init; }

    /// <summary>A system administrator's token, for this once, to make the bot account with. Never kept.</summary>
    internal string? AdminToken { get; init; }
}

internal sealed class RegisterValidator : AbstractValidator<RegisterRequest>
{
    public RegisterValidator()
    {
        RuleFor(request => request.Teams.Count).LessThanOrEqualTo(1000).WithName("Teams");
        RuleForEach(request => request.Teams).NotEmpty().MaximumLength(64);
        RuleFor(request => request.AllTeams).Must((request, all) => !all || request.Teams.Count == 0).WithMessage("Name teams, or say all teams; not both.");
    }
}

/// <summary>Checks or makes what Mattermost must know of this service: the bot account, and `/dr` in each team. Run again, it changes nothing.</summary>
internal sealed class RegisterMattermost(
    IValidator<RegisterRequest> validator, MattermostGate mattermost, BotMaker bots, BotCredentialStore credentials, TeamRegistrar registrar, TeamCommandStore books, RegistrationLease lease, ServerSettings server, AppSettings settings)
{
    public async Task<RegistrationResult> HandleAsync(RegisterRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRegistration);
        validator.RequireValid(request);
        var url = CommandAddress.Of(settings);
        await using var turn = await lease.AcquireAsync(cancellationToken);
        var made = request.AdminToken is { } token ? await bots.EnsureAsync(token, actor, cancellationToken) : null;
        var names = await NamesAsync(request, made is not null, cancellationToken);
        var (bot, found, problems) = await MattermostRefusals.TranslateAsync("look for teams", async () =>
        {
            var me = await mattermost.Api.GetMeAsync(cancellationToken);
            var (teams, missing) = await TeamFinder.FindAsync(mattermost.Api, names, cancellationToken);
            return (me, teams, missing);
        });
        var results = problems.ToList();
        foreach (var team in found)
        {
            await turn.RenewAsync(cancellationToken);
            results.Add(await MattermostRefusals.TranslateAsync("register /dr", () => registrar.RegisterAsync(mattermost.Api, team, bot, url, request.Regenerate, actor, cancellationToken)));
        }

        return new RegistrationResult
        {
            Bot = made ?? new RegisteredBot(bot.Username, bot.Id, bot.IsSystemAdmin, BotChange.None),
            Teams = [.. results.OrderBy(result => result.Team, StringComparer.Ordinal)],
            Settings = await server.CheckAsync(cancellationToken),
        };
    }

    private async Task<IReadOnlyCollection<string>> NamesAsync(RegisterRequest request, bool mayBeNone, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> names = request switch
        {
            { AllTeams: true } => [TeamFinder.All],
            { Teams.Count: > 0 } => request.Teams,
            _ when settings.Mattermost.Teams.Count > 0 => settings.Mattermost.Teams,
            _ => [.. (await books.ListAsync(cancellationToken)).Select(command => command.TeamName)],
        };
        if (names.Count == 0 && !mayBeNone)
        {
            // Says first what is missing first: without a token the teams would not help.
            _ = await credentials.TokenAsync(cancellationToken);
            throw new Refusal(RefusalReason.Invalid, "It is not said in which teams to register /dr.", "Say --team NAME, or --all-teams; or set MMDR_Mattermost__Teams__0 to a team's name, or to * for all.");
        }

        return names;
    }
}
