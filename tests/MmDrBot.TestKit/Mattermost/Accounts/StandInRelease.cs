using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>In what releases differ, as far as accounts go.</summary>
internal sealed class StandInRelease(string version)
{
    private readonly MattermostVersion? _version = MattermostVersion.Parse(version + ".0");

    /// <summary>Whether administrators are shown auth_data.</summary>
    public bool ShowsAuthData => IsAtLeast(10, 11);

    /// <summary>Whether PUT auth makes the server read the account again.</summary>
    public bool RenewsOnAuth => IsAtLeast(11, 4);

    /// <summary>Whether PUT auth takes known services only, and <c>email</c> without data.</summary>
    public bool ChecksServices => IsAtLeast(11, 9);

    /// <summary>Whether PUT auth ends the account's sessions.</summary>
    public bool EndsSessionsOnAuth => IsAtLeast(11, 10);

    private bool IsAtLeast(int major, int minor) => _version?.IsAtLeast(major, minor) == true;
}
