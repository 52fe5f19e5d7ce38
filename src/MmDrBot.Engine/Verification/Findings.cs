namespace MmDrBot.Engine.Verification;

/// <summary>What a check found.</summary>
public sealed class Findings
{
    private readonly Lock _lock = new();
    private readonly List<string> _damage = [];
    private readonly List<string> _notes = [];

    /// <summary>What is lost or wrong; each names the object.</summary>
    public IReadOnlyList<string> Damage
    {
        get
        {
            lock (_lock)
            {
                return [.. _damage];
            }
        }
    }

    /// <summary>What is harmless: leftovers of interrupted commands, packs that nobody needs.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock)
            {
                return [.. _notes];
            }
        }
    }

    /// <summary>Objects that were read.</summary>
    public long Objects { get; internal set; }

    /// <summary>Bytes of packs that were read and checked.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>True when nothing is lost or wrong.</summary>
    public bool IsGood => Damage.Count == 0;

    internal void Damaged(string what) => Add(_damage, what);

    internal void Note(string what) => Add(_notes, what);

    internal void Damaged(EngineException failure) => Damaged(failure.Message);

    internal void CountPack(long bytes)
    {
        lock (_lock)
        {
            BytesRead += bytes;
        }
    }

    private void Add(List<string> list, string what)
    {
        lock (_lock)
        {
            if (!list.Contains(what))
            {
                list.Add(what);
            }
        }
    }
}
