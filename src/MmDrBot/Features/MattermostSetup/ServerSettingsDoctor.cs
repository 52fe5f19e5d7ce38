using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Registration;
using MmDrBot.Settings;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>The settings of Mattermost that chat needs.</summary>
internal sealed class ServerSettingsDoctor(ServerSettings server, BotCredentialStore credentials, AppSettings settings) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Mattermost;

    public string What => "Mattermost's settings";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (settings.Mattermost.Url is not { Length: > 0 })
        {
            return [];
        }

        return credentials.IsInSettings || await credentials.FindAsync(cancellationToken) is not null
            ? await server.CheckAsync(cancellationToken)
            : [Finding.Skipped(What, "There is no access token to read them with.")];
    }
}
