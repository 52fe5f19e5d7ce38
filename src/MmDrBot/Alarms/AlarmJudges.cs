using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>Asks the sources that are due, side by side; none that throws or hangs keeps another from being heard.</summary>
internal sealed partial class AlarmJudges
{
    internal const string Own = "watch";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly AlarmOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AlarmJudges> _logger;
    private readonly Seat[] _seats;

    public AlarmJudges(IEnumerable<IAlarmSource> sources, AlarmOptions options, TimeProvider time, ILogger<AlarmJudges> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _seats = [.. sources.Select(source => new Seat(source) { JudgedAt = time.GetUtcNow() })];
    }

    /// <summary>The judgements of those that are due, by the source's name; the last is about the judging itself.</summary>
    internal async Task<IReadOnlyList<(string Source, AlarmJudgement Judgement)>> JudgeAsync(bool all, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var due = _seats.Where(seat => all || seat.IsDue(now)).ToArray();
        var judged = await Task.WhenAll(due.Select(seat => JudgeAsync(seat, now, cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
        return [.. due.Select((seat, index) => (seat.Source.Name, judged[index])), (Own, Judging(_time.GetUtcNow()))];
    }

    private async Task<AlarmJudgement> JudgeAsync(Seat seat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var judgement = await AskAsync(seat, now, cancellationToken);
        (seat.Obstacle, seat.IsExplained) = (judgement.Obstacle, judgement.IsExplained);
        seat.JudgedAt = seat.JudgedAt < now ? seat.JudgedAt : now;
        if (judgement.Obstacle is null)
        {
            // What could not be judged is tried again in the next round.
            (seat.JudgedAt, seat.DueAt) = (now, now + seat.Source.Every);
        }

        return judgement;
    }

    private async Task<AlarmJudgement> AskAsync(Seat seat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (seat.Running is { IsCompleted: false })
        {
            return AlarmJudgement.Obstructed("it still hangs from an earlier round");
        }

        using var limit = new CancellationTokenSource(Patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // What does not heed the token is left behind.
            var running = Task.Run(() => seat.Source.JudgeAsync(now, both.Token), CancellationToken.None);
            seat.Running = running;
            return await running.WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            return AlarmJudgement.Obstructed($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception failure)
        {
            Log.NotJudged(_logger, failure, seat.Source.Name);
            return AlarmJudgement.Obstructed((failure as Refusal ?? EngineRefusals.From(failure))?.Message ?? $"a fault inside MmDrBot ({failure.GetType().Name}); the log has more");
        }
    }

    private AlarmJudgement Judging(DateTimeOffset now)
    {
        var late = _seats.Where(seat => seat is { Obstacle: not null, IsExplained: false } && now - seat.JudgedAt >= _options.JudgedWithin);
        return AlarmJudgement.Of([.. late.Select(seat => new Alarm(
            AlarmKinds.NotJudged, AlarmSeverity.Critical, seat.Source.Name, $"Whether alarms of \"{seat.Source.Name}\" are due could not be judged since {seat.JudgedAt:yyyy-MM-dd HH:mm} UTC: {seat.Obstacle}.", "See the service's log and `mmdr doctor`; until then nothing watches this."))]);
    }

    /// <summary>What is remembered of a source.</summary>
    private sealed class Seat(IAlarmSource source)
    {
        public IAlarmSource Source { get; } = source;

        public DateTimeOffset DueAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset JudgedAt { get; set; }

        public string? Obstacle { get; set; }

        public bool IsExplained { get; set; }

        public Task? Running { get; set; }

        /// <summary>Also when the clock was ahead as it was judged, and was set right since.</summary>
        public bool IsDue(DateTimeOffset now) => DueAt <= now || DueAt - now > Source.Every;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Alarms of {Source} could not be judged; that is tried again.")]
        public static partial void NotJudged(ILogger logger, Exception exception, string source);
    }
}
