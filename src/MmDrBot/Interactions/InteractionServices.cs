namespace MmDrBot.Interactions;

/// <summary>Registers buttons and forms, for all who make some.</summary>
internal static class InteractionServices
{
    internal static IServiceCollection AddInteractions(this IServiceCollection services) => services
        .AddSingleton<OwnAddress>()
        .AddSingleton<InvitationStore>()
        .AddSingleton<Invitations>()
        .AddSingleton<ButtonDrawing>()
        .AddSingleton<ButtonPostStore>()
        .AddSingleton<ButtonPosts>()
        .AddSingleton<Forms>();
}
