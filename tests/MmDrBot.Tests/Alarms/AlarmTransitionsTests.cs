using MmDrBot.Alarms;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Alarms;

/// <summary>What judgements mean: the policy alone, without state.</summary>
public sealed class AlarmTransitionsTests
{
    private static readonly TimeSpan FlapWithin = TimeSpan.FromMinutes(15);
    private readonly List<RaisedAlarm> _rows = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Alarm Warning { get; } = new(AlarmKinds.Growth, AlarmSeverity.Warning, "x", "message", "cure");

    [Fact]
    public void It_opens_once_and_is_resolved_once()
    {
        Assert.Equal([AlarmEvent.Opened], Judge(Warning));
        Assert.Empty(Judge(Warning));
        Assert.Equal([AlarmEvent.Resolved], Judge());
        Assert.Empty(Judge());
        Assert.Equal(_now.AddMinutes(-1), Assert.Single(_rows).ResolvedAt);
    }

    [Fact]
    public void What_nothing_is_known_of_stays_as_it_is()
    {
        Judge(Warning);

        Assert.Empty(Apply(AlarmJudgement.Obstructed("hangs")));
        Assert.Empty(Apply(new AlarmJudgement { Unknown = new HashSet<string> { Warning.Key } }));
        Assert.True(Assert.Single(_rows).IsOpen);
        Assert.Equal([AlarmEvent.Resolved], Judge());
    }

    [Fact]
    public void What_comes_back_soon_is_told_once_and_ends_only_when_it_stays_away()
    {
        Judge(Warning);
        Assert.Equal([AlarmEvent.Resolved], Judge());
        Assert.Equal([AlarmEvent.Back], Judge(Warning));

        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(Judge());
            Assert.True(Assert.Single(_rows).IsOpen);
            Assert.Empty(Judge(Warning));
        }

        Assert.Equal(6, _rows[0].Returns);
        Assert.Empty(Judge());
        _now += FlapWithin;
        Assert.Equal([AlarmEvent.Resolved], Judge());
    }

    [Fact]
    public void What_comes_back_late_is_another_alarm()
    {
        Judge(Warning);
        Judge();
        _now += FlapWithin;

        Assert.Equal([AlarmEvent.Opened], Judge(Warning));
        Assert.Equal(2, _rows.Count);
    }

    [Fact]
    public void What_gets_worse_is_told_again_and_voids_the_acknowledgement()
    {
        Judge(Warning);
        _rows[0] = _rows[0] with { AcknowledgedAt = _now, AcknowledgedBy = "mattermost:alice" };

        Assert.Empty(Judge(Warning with { Message = "another" }));
        Assert.Equal(("another", "mattermost:alice"), (_rows[0].Alarm.Message, _rows[0].AcknowledgedBy));
        Assert.Equal([AlarmEvent.Worse], Judge(Warning with { Severity = AlarmSeverity.Critical }));
        Assert.Null(_rows[0].AcknowledgedAt);
        Assert.Empty(Judge(Warning));
        Assert.Equal([AlarmEvent.Worse], Judge(Warning with { Severity = AlarmSeverity.Critical }));
    }

    [Fact]
    public void Each_subject_has_an_alarm_of_its_own()
    {
        Assert.Equal(2, Judge(Warning, Warning with { Subject = "y" }).Length);

        Assert.Equal([AlarmEvent.Resolved], Judge(Warning));
        Assert.Equal("y", _rows.Single(row => !row.IsOpen).Alarm.Subject);
    }

    private AlarmEvent[] Judge(params Alarm[] alarms) => Apply(AlarmJudgement.Of(alarms));

    private AlarmEvent[] Apply(AlarmJudgement judgement)
    {
        _now += TimeSpan.FromMinutes(1);
        var known = _rows.Where(row => row.IsOpen || row.ResolvedAt > _now - FlapWithin).ToArray();
        var changes = AlarmTransitions.Decide("test", judgement, known, _now, FlapWithin).ToArray();
        foreach (var change in changes)
        {
            _rows.RemoveAll(row => row.Id == change.Alarm.Id);
            _rows.Add(change.Alarm);
        }

        return [.. changes.Select(change => change.Told).OfType<AlarmEvent>()];
    }
}
