namespace MmDrBot.TestKit.Mattermost;

/// <summary>Which requests came.</summary>
internal sealed class StandInJournal
{
    private readonly List<string> _calls = [];
    private readonly List<string> _unexpected = [];
    private readonly Lock _gate = new();

    public IReadOnlyList<string> Calls => Copy(_calls);

    public IReadOnlyList<string> Unexpected => Copy(_unexpected);

    public void Note(string call) => Append(_calls, call);

    public void NoteUnexpected(string call) => Append(_unexpected, call);

    private void Append(List<string> list, string call)
    {
        lock (_gate)
            list.Add(call);
    }

    private IReadOnlyList<string> Copy(List<string> list)
    {
        lock (_gate)
            return [.. list];
    }
}
