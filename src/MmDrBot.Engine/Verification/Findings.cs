using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>What a check found.</summary>
public sealed class Findings
{
    private readonly Lock _lock = new();
    private readonly List<string> _damage = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, GivenUpObject> _givenUp = [];

    /// <summary>What is lost or wrong; each names the object.</summary>
    public IReadOnlyList<string> Damage
    {
        get
        {
            lock (_lock)
            {
                return [.. _damage.Where(finding => DecisionOn(finding) is null)];
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
                return [.. _notes, .. _damage.Select(DecisionOn).OfType<GivenUpObject>().Distinct().Select(Describe)];
            }
        }
    }

    /// <summary>Objects that were read.</summary>
    public long Objects { get; internal set; }

    /// <summary>Bytes of packs that were read and checked.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>The restore points that the damage costs something, and what, a sentence each. Worked out where the whole repository is looked at.</summary>
    public IReadOnlyDictionary<BlobId, string> Losses { get; internal set; } = new Dictionary<BlobId, string>();

    /// <summary>True when nothing was found that was given up either.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_lock)
            {
                return _damage.Count == 0;
            }
        }
    }

    /// <summary>True when nothing is lost or wrong.</summary>
    public bool IsGood => Damage.Count == 0;

    internal void Damaged(string what) => Add(_damage, what);

    internal void Note(string what) => Add(_notes, what);

    internal void Damaged(EngineException failure) => Damaged(failure.Message);

    /// <summary>From now on, and for what was found before, the object's loss is a note.</summary>
    internal void GivenUp(GivenUpObject decision)
    {
        lock (_lock)
        {
            _givenUp.TryAdd(decision.Object, decision);
        }
    }

    internal void CountPack(long bytes)
    {
        lock (_lock)
        {
            BytesRead += bytes;
        }
    }

    private static string Describe(GivenUpObject decision) =>
        $"{decision.Object} was given up on {decision.At:yyyy-MM-dd HH:mm} UTC by {decision.By}: {decision.Reason}";

    private GivenUpObject? DecisionOn(string finding) => GivenUpObjects.ObjectOf(finding) is { } name ? _givenUp.GetValueOrDefault(name) : null;

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
