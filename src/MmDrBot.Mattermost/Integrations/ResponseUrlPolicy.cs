using System.Text.RegularExpressions;

namespace MmDrBot.Mattermost;

/// <summary>
/// Which addresses may be posted to as a response URL. They arrive from outside, so a forged command must not make
/// the service call some other host: only <c>{server}/hooks/commands/{id}</c> of the configured servers passes.
/// </summary>
internal sealed partial class ResponseUrlPolicy(params IEnumerable<Uri> servers)
{
    private readonly Uri[] _servers = [.. servers];

    public bool Allows(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
        && _servers.Any(server => IsHookOf(server, url));

    private static bool IsHookOf(Uri server, Uri url)
    {
        var root = server.AbsolutePath.TrimEnd('/');

        return (server.Scheme, server.IdnHost, server.Port) == (url.Scheme, url.IdnHost, url.Port)
            && url.AbsolutePath.StartsWith(root, StringComparison.Ordinal)
            && HookPath().IsMatch(url.AbsolutePath[root.Length..]);
    }

    [GeneratedRegex(@"\A/hooks/commands/[A-Za-z0-9]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HookPath();
}
