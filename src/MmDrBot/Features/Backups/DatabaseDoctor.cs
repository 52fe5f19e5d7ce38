using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Protection;

namespace MmDrBot.Features.Backups;

/// <summary>Mattermost's database: reached, readable as a whole, and with client tools that fit.</summary>
internal sealed class DatabaseDoctor(ProtectedServer server, TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(1);

    public DoctorArea Area => DoctorArea.Backup;

    public string What => "Mattermost's database";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (server.ConfigFile is null)
        {
            return [Finding.Skipped(What, "MMDR_Mattermost__Directory is not set.")];
        }

        var address = await server.DatabaseAsync(cancellationToken);
        var exam = await EngineRefusals.TranslateAsync(() => DatabaseProbe.ExamineAsync(address, cancellationToken));
        return [Finding.Ok(What, $"{address}, PostgreSQL {exam.Release}."), Rights(exam), Clock(exam), Tools(exam.Major)];
    }

    private static Finding Rights(DatabaseExam exam)
    {
        const string Name = "rights in the database";
        return exam switch
        {
            { Unreadable.Count: > 0 } => Finding.Failed(Name, $"{exam.Role} may not read {List(exam.Unreadable)}.", $"Let Mattermost's own role do the backup, or: GRANT pg_read_all_data TO \"{exam.Role}\"."),
            { Filtered.Count: > 0 } => Finding.Failed(Name, $"Row level security hides rows of {List(exam.Filtered)} from {exam.Role}, and PostgreSQL refuses to dump them.", $"ALTER ROLE \"{exam.Role}\" BYPASSRLS, or let the tables' owner do the backup."),
            _ => Finding.Ok(Name, $"{exam.Role} may read every table and sequence."),
        };
    }

    private Finding Clock(DatabaseExam exam)
    {
        var skew = exam.Clock - time.GetUtcNow();
        return skew.Duration() < Tolerated
            ? Finding.Ok("clock against the database's", $"Within {Tolerated.TotalSeconds:0} s.")
            : Finding.Warning("clock against the database's", $"{skew.TotalSeconds:0} s apart.", "Let both machines keep their clocks by NTP (timedatectl set-ntp true).");
    }

    private static Finding Tools(int major)
    {
        const string Name = "PostgreSQL's client tools";
        try
        {
            return Finding.Ok(Name, $"Those in {DatabaseProbe.ToolsFor(major)} fit.");
        }
        catch (Exception failure) when (EngineRefusals.From(failure) is { } refusal)
        {
            return Finding.Failed(Name, refusal.Message, refusal.Hint);
        }
    }

    private static string List(IReadOnlyList<string> names) => names.Count > 5 ? $"{string.Join(", ", names.Take(5))} and others" : string.Join(", ", names);
}
