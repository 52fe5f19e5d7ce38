using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

/// <summary>Whether a restore drill could run here: somewhere to restore the database to, and room for the restore point that it would take.</summary>
internal sealed class DrillDoctor(DrillPlaces places, RepositoryProvider repositories, TimeProvider time) : IDoctorCheck
{
    private const string Room = "room for restore drills";

    public DoctorArea Area => DoctorArea.Backup;

    public string What => "restore drills";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        try
        {
            var repository = await repositories.OpenCachedAsync(cancellationToken);
            var point = await EngineRefusals.TranslateAsync(() => DrillChoice.FindAsync(repository, time.GetUtcNow(), cancellationToken));
            var outlook = await EngineRefusals.TranslateAsync(() => DrillOutlook.OfAsync(point, places.Server, places.Directory, cancellationToken));
            findings.Add(Finding.Ok(What, $"{outlook.Place}{(places.MattermostCommand is null ? "; Mattermost itself is not here for --level boot" : "; Mattermost is here for --level boot")}."));
            findings.Add(outlook.Free >= outlook.Needed
                ? Finding.Ok(Room, $"{Words.Bytes(outlook.Free)} are free in {places.Directory}, {Words.Bytes(outlook.Needed)} are needed.")
                : Finding.Warning(Room, $"{Words.Bytes(outlook.Free)} are free in {places.Directory}, {Words.Bytes(outlook.Needed)} are needed.", "Make room there, or set MMDR_Drills__Directory to a directory on a larger disk."));
        }
        catch (Refusal refusal) when (refusal.Reason is not (RefusalReason.NoRepository or RefusalReason.WrongKey))
        {
            findings.Add(Finding.Warning(What, refusal.Message, refusal.Hint ?? "Without drills nobody knows whether a restore works."));
        }
        catch (Refusal)
        {
            findings.Add(Finding.Warning(What, "The repository does not open, so there is nothing to drill.", "Mend that first."));
        }

        return findings;
    }
}
