namespace MmDrBot.Announcing;

internal static class AnnouncingServices
{
    internal static IServiceCollection AddAnnouncing(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection("Announcements").Get<AnnouncementOptions>() ?? new AnnouncementOptions())
        .AddSingleton<Announcements>();
}
