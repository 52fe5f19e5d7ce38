namespace MmDrBot.Engine.Restore;

/// <summary>What a restore has to say beside its numbers, each once. Safe for use by several threads.</summary>
internal sealed class RestoreNotes
{
    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];

    internal IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _notes];
            }
        }
    }

    internal void Add(string note)
    {
        lock (_lock)
        {
            if (!_notes.Contains(note))
            {
                _notes.Add(note);
            }
        }
    }
}
