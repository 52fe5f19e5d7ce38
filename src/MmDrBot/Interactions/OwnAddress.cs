using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MmDrBot.Settings;

namespace MmDrBot.Interactions;

/// <summary>Where Mattermost reaches this service.</summary>
internal sealed class OwnAddress(AppSettings settings, IServiceProvider services)
{
    /// <summary>As the settings say, else the address on which the service listens: both on one host is the usual case.</summary>
    internal Uri Of(string path) => new(new Uri((Given() ?? Listening()).TrimEnd('/') + "/"), path);

    private string? Given() => new[] { settings.Mattermost.CallbackUrl, settings.Http.PublicUrl }.FirstOrDefault(url => url is { Length: > 0 });

    private string Listening()
    {
        var bound = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? settings.Http.Listen.Split(';')[0];
        return bound.Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal).Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
    }
}
