using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>What conversions need, as long as anybody signs in by a service at all. The ledger's place is the repository, which has a check of its own.</summary>
internal sealed class OutagesDoctor(Preflight preflight, AccountDirectory accounts, AppSettings settings) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Sso;

    public string What => "outages of single sign-on";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (settings.Mattermost.Url is not { Length: > 0 })
        {
            return [Finding.Skipped(What, "MMDR_Mattermost__Url is not set.")];
        }

        try
        {
            var count = (await accounts.QueryAsync<long>("select count(*) from users where coalesce(authservice, '') <> '' and deleteat = 0", null, cancellationToken))[0];
            if (count == 0)
            {
                return [Finding.Skipped(What, "Nobody signs in by a service.")];
            }
        }
        catch (Refusal)
        {
            return [Finding.Skipped(What, "Mattermost's database can't be read, see backup.")];
        }

        return [.. (await preflight.LookAsync(cancellationToken)).Select(Of)];
    }

    private static Finding Of(PreflightCheck check) =>
        check.IsOk ? Finding.Ok(check.Name, check.Detail)
        : check.IsVital ? Finding.Failed(check.Name, check.Detail, check.Cure)
        : Finding.Warning(check.Name, check.Detail, check.Cure ?? "");
}
