using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.Keys;

/// <summary>Whether somebody could still open the repository after the passphrase was lost with the server.</summary>
internal sealed class KeysDoctor(RepositoryProvider repositories) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Repository;

    public string What => "keys";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        Repository repository;
        try
        {
            repository = await repositories.OpenAsync(cancellationToken);
        }
        catch (Refusal)
        {
            return [Finding.Skipped(What, "The repository does not open.")];
        }

        var slots = await EngineRefusals.TranslateAsync(() => RepositoryAccess.KeySlotsAsync(repository, cancellationToken));
        var recovery = slots.Count(slot => slot.Kind is KeyKind.Recovery);
        return
        [
            recovery > 0
                ? Finding.Ok(What, $"{slots.Count - recovery} by passphrase, {recovery} for recovery.")
                : Finding.Warning(What, $"{slots.Count} by passphrase, none for recovery: a passphrase that is lost loses every restore point.", "`mmdr key add --recovery` prints one: lock it away."),
        ];
    }
}
