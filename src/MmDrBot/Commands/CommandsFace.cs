using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Commands;

/// <summary>Registers the chat face.</summary>
internal static class CommandsFace
{
    internal static IServiceCollection AddChat(this IServiceCollection services) => services
        .AddMattermostClient(provider => ClientOptions(provider.GetRequiredService<AppSettings>().Mattermost))
        .AddSingleton<ChatActors>()
        .AddSingleton<CommandRouter>()
        .AddSingleton<SlashCommandEndpoint>()
        .AddSingleton<LivePostStore>()
        .AddSingleton<LivePosts>()
        .AddSingleton<IJobReporter>(provider => provider.GetRequiredService<LivePosts>())
        .AddHostedService<LivePostEnds>();

    internal static void MapChat(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/mattermost/commands", (HttpContext context, SlashCommandEndpoint endpoint) => endpoint.HandleAsync(context))
            .DisableAntiforgery()
            .ExcludeFromDescription();

    private static MattermostClientOptions ClientOptions(MattermostOptions options) => new()
    {
        BaseUrl = new Uri(options.Url!),
        SiteUrl = options.SiteUrl is { Length: > 0 } site ? new Uri(site) : null,
        Token = _ => ValueTask.FromResult(options.Token ?? ""),
    };
}
