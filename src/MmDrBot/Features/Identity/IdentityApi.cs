using MmDrBot.Api;

namespace MmDrBot.Features.Identity;

internal static class IdentityApi
{
    internal static void MapIdentity(this RouteGroupBuilder api) =>
        api.MapGet("/me", Get).WithTags("Identity").WithSummary("Says what the key may do").WithDescription("Any valid key may ask.");

    private static Identity Get(HttpContext context, WhoAmI who) => who.Handle(context.Actor());
}
