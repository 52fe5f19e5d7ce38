using MmDrBot.Alarms;

namespace MmDrBot.Tests.Alarms;

/// <summary>Says what it is told to say.</summary>
internal sealed class ScriptedSource(string name) : IAlarmSource
{
    public string Name => name;

    internal int Asked { get; private set; }

    internal Func<CancellationToken, Task<AlarmJudgement>> Judge { get; set; } = _ => Task.FromResult(AlarmJudgement.Of());

    public Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Asked++;
        return Judge(cancellationToken);
    }

    internal void Say(params Alarm[] alarms) => Judge = _ => Task.FromResult(AlarmJudgement.Of(alarms));
}
