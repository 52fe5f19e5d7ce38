using MmDrBot.Access;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Settings;

namespace MmDrBot;

/// <summary>Registers Mattermost's API, for the service and for a command alike; it is opened at its first use.</summary>
internal static class MattermostServices
{
    internal static IServiceCollection AddMattermost(this IServiceCollection services) =>
        services.AddSingleton<Func<IMattermostApi>>(provider => provider.GetRequiredService<IMattermostApi>).AddMattermostClient(provider => ClientOptions(provider.GetRequiredService<AppSettings>().Mattermost) with
        {
            Token = provider.GetRequiredService<BotCredentialStore>().TokenAsync,
        });

    /// <summary>Where Mattermost is, without a token yet.</summary>
    internal static MattermostClientOptions ClientOptions(MattermostOptions options) => new()
    {
        BaseUrl = options.Url is { Length: > 0 } url ? new Uri(url) : throw Missing("Url", "where Mattermost's API answers, such as http://localhost:8065"),
        SiteUrl = options.SiteUrl is { Length: > 0 } site ? new Uri(site) : null,
        Token = _ => throw new InvalidOperationException("nobody gave a token"),
    };

    private static Refusal Missing(string name, string what) =>
        new(RefusalReason.Invalid, $"MMDR_Mattermost__{name} is not set: {what}.", "`mmdr config check` shows where settings come from.");
}
