namespace MmDrBot.TestKit.Mattermost;

/// <summary>Counts the requests that are under way.</summary>
internal sealed class StandInLoad
{
    private readonly Lock _gate = new();
    private int _now;
    private int _most;

    public int Most
    {
        get
        {
            lock (_gate)
                return _most;
        }
    }

    public void CountAnew()
    {
        lock (_gate)
            _most = _now;
    }

    public void Begin()
    {
        lock (_gate)
            _most = Math.Max(_most, ++_now);
    }

    public void End()
    {
        lock (_gate)
            _now--;
    }
}
