using MmDrBot.Api;

namespace MmDrBot.Features.Identity;

internal static class IdentityApi
{
    internal static void MapIdentity(this RouteGroupBuilder api) =>
        api.MapGet("/me", Get).WithTags("Identity").WithName("WhoAmI").WithSummary("Says what the key may do").WithDescription("Any valid key may ask. What takes a second person besides is in `needsSecondPerson`.");

    private static Identity Get(HttpContext context, WhoAmI who) => who.Handle(context.Actor());
}
