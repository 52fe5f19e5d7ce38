using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Gathers what a drill found.</summary>
internal sealed class DrillFindings
{
    private readonly List<DrillCheck> _checks = [];
    private readonly List<string> _notes = [];

    internal IReadOnlyList<DrillCheck> Checks => _checks;

    internal IReadOnlyList<string> Notes => _notes;

    internal bool HasFailed => _checks.Any(check => check.Outcome is CheckOutcome.Failed);

    internal void Passed(string name, string detail) => _checks.Add(new DrillCheck(name, CheckOutcome.Passed, detail));

    internal void Failed(string name, string detail) => _checks.Add(new DrillCheck(name, CheckOutcome.Failed, detail));

    internal void NotProven(string name, string why) => _checks.Add(new DrillCheck(name, CheckOutcome.NotProven, why));

    internal void Note(string note) => _notes.Add(note);

    /// <summary>Tells it as failed where something is wrong, else as passed.</summary>
    internal void Judge(string name, IReadOnlyList<string> wrong, string passed)
    {
        if (wrong.Count > 0)
        {
            Failed(name, Some(wrong));
        }
        else
        {
            Passed(name, passed);
        }
    }

    /// <summary>What PostgreSQL refuses to answer in a database that we made, and bytes that are not what was stored, are findings. A server that is away is not.</summary>
    internal async Task LookAsync(string name, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (PostgresException refused) when (!refused.IsTransient)
        {
            Failed(name, $"PostgreSQL refused: {refused.MessageText}.");
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged or EngineFault.Invalid)
        {
            Failed(name, damage.Message);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            Failed(name, failure.Message);
        }
    }

    internal static string Some(IReadOnlyList<string> all)
    {
        const int Shown = 5;
        return string.Join("; ", all.Take(Shown)) + (all.Count > Shown ? $"; and {all.Count - Shown} more" : "") + ".";
    }
}
