using System.Net;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Registration;

/// <summary>Where Mattermost sends `/dr`: CallbackUrl, else PublicUrl, else the address that the service listens at.</summary>
internal static class CommandAddress
{
    internal const string Path = "/mattermost/commands";

    /// <summary>The service's address as Mattermost sees it, without the path.</summary>
    /// <exception cref="Refusal">Invalid: the service listens everywhere, which is no address to call.</exception>
    internal static Uri Service(AppSettings settings)
    {
        var given = new[] { settings.Mattermost.CallbackUrl, settings.Http.PublicUrl, settings.Http.Listen }.First(url => url is { Length: > 0 })!;
        var address = new Uri(given);
        return address.Port != 0 && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            ? address
            : throw new Refusal(RefusalReason.Invalid, $"The service listens at {given}, which is no address that Mattermost could call.", "Set MMDR_Mattermost__CallbackUrl (or MMDR_Http__PublicUrl) to the address under which Mattermost reaches this service, such as http://10.0.0.5:8075.");
    }

    /// <exception cref="Refusal">Invalid: as for <see cref="Service"/>.</exception>
    internal static string Of(AppSettings settings) => Service(settings).AbsoluteUri.TrimEnd('/') + Path;

    /// <summary>Whether an address ends as ours does: a command with it was made for a MmDrBot.</summary>
    internal static bool IsOurs(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath.EndsWith(Path, StringComparison.Ordinal);
}
