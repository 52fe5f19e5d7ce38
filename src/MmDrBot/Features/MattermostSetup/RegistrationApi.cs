using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.MattermostSetup;

internal static class RegistrationApi
{
    internal static RouteGroupBuilder MapRegistration(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/mattermost").WithTags("Mattermost");
        group.MapPost("/registration", RegisterAsync)
            .WithName("RegisterMattermost")
            .WithSummary("Registers /dr")
            .WithDescription("Makes the slash command in the teams named, or mends it; what is right stays as it is. Without teams: those of the settings, else those registered before. `good` is false when a team is missing, somebody else's command has the trigger, or a setting of Mattermost is in the way. The bot account is made by the command line alone.")
            .Needs(Permission.ManageRegistration)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/registration/removal", UnregisterAsync)
            .WithName("UnregisterMattermost")
            .WithSummary("Takes /dr out of Mattermost again")
            .WithDescription("Only the commands that were registered from here: in the teams named, without teams in all. `token` revokes the bot's access token too, if it was made by the command line's registration; the bot account stays.")
            .Needs(Permission.ManageRegistration);
        return group;
    }

    private static async Task<RegistrationResult> RegisterAsync(RegisterRequest request, HttpContext context, RegisterMattermost register) =>
        await register.HandleAsync(request with { Teams = request.Teams ?? [] }, context.Actor(), context.RequestAborted);

    private static async Task<UnregistrationResult> UnregisterAsync(UnregisterRequest request, HttpContext context, UnregisterMattermost unregister) =>
        await unregister.HandleAsync(request with { Teams = request.Teams ?? [] }, context.Actor(), context.RequestAborted);
}
