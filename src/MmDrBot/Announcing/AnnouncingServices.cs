using MmDrBot.Settings;

namespace MmDrBot.Announcing;

internal static class AnnouncingServices
{
    internal static IServiceCollection AddAnnouncing(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<AppSettings>().Announcements)
        .AddSingleton<Announcements>();
}
