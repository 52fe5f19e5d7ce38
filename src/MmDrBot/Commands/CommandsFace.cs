using MmDrBot.Interactions;
using MmDrBot.Jobs;

namespace MmDrBot.Commands;

/// <summary>Registers the chat face.</summary>
internal static class CommandsFace
{
    internal static IServiceCollection AddChat(this IServiceCollection services) => services
        .AddSingleton<ChatActors>()
        .AddSingleton<PersonLimiter>()
        .AddSingleton<ChatMishaps>()
        .AddSingleton<VerbRunner>()
        .AddSingleton<CommandRouter>()
        .AddSingleton<IInteractionHandler, VerbInteractions>()
        .AddSingleton<UninvitedRecords>()
        .AddSingleton<InteractionDesk>()
        .AddSingleton<PrivateAnswers>()
        .AddSingleton<InteractionEndpoints>()
        .AddHostedService<InteractionSweep>()
        .AddSingleton<SlashCommandEndpoint>()
        .AddSingleton<LivePostStore>()
        .AddSingleton<LivePosts>()
        .AddSingleton<IJobReporter>(provider => provider.GetRequiredService<LivePosts>())
        .AddHostedService<LivePostEnds>();

    internal static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/mattermost/commands", (HttpContext context, SlashCommandEndpoint endpoint) => endpoint.HandleAsync(context)).DisableAntiforgery().ExcludeFromDescription();
        routes.MapPost($"/{ButtonDrawing.Path}", (HttpContext context, InteractionEndpoints endpoints) => endpoints.ClickAsync(context)).DisableAntiforgery().ExcludeFromDescription();
        routes.MapPost($"/{Forms.Path}", (HttpContext context, InteractionEndpoints endpoints) => endpoints.SubmitAsync(context)).DisableAntiforgery().ExcludeFromDescription();
    }
}
