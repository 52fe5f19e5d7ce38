using MmDrBot.Access;
using MmDrBot.Alarms.Sources;
using MmDrBot.Jobs;
using Prometheus;

namespace MmDrBot.Alarms;

/// <summary>What monitoring may draw and alarm on (manifests/prometheus, manifests/grafana): times as Unix seconds, so that they age by themselves.</summary>
internal sealed class AlarmMetrics(AlarmStore store, JobStore jobs, RepositoryLook look, Heartbeat heartbeat, TimeProvider time)
{
    private static readonly Gauge Open = Metrics.CreateGauge("mmdr_alarms_open", "Alarms that are open.", "kind", "severity");
    private static readonly Gauge Unacknowledged = Metrics.CreateGauge("mmdr_alarms_unacknowledged", "Alarms that are open and that nobody has acknowledged.");
    private static readonly Gauge Round = Metrics.CreateGauge("mmdr_alarm_round_timestamp_seconds", "When alarms were last judged or looked up.");
    private static readonly Gauge Beat = Metrics.CreateGauge("mmdr_heartbeat_timestamp_seconds", "When the dead man's switch last took a call.");
    private static readonly Gauge Newest = Metrics.CreateGauge("mmdr_restore_point_newest_timestamp_seconds", "When the newest restore point with this component began.", "component");
    private static readonly Gauge Points = Metrics.CreateGauge("mmdr_restore_points", "Restore points in the repository.");
    private static readonly Gauge Bytes = Metrics.CreateGauge("mmdr_repository_bytes", "Bytes of all objects in the repository.");
    private static readonly Gauge Looked = Metrics.CreateGauge("mmdr_repository_look_timestamp_seconds", "When the repository was last looked at with success.");
    private static readonly Gauge Drill = Metrics.CreateGauge("mmdr_drill_timestamp_seconds", "When the last good restore drill of this component ended.", "component");
    private static readonly Gauge DrillTook = Metrics.CreateGauge("mmdr_drill_duration_seconds", "How long the last good restore drill of this component took.", "component");
    private static readonly Gauge JobEnded = Metrics.CreateGauge("mmdr_job_last_timestamp_seconds", "When the last job of this kind ended.", "kind");
    private static readonly Gauge JobSucceeded = Metrics.CreateGauge("mmdr_job_last_success_timestamp_seconds", "When the last job of this kind ended that succeeded.", "kind");
    private static readonly Gauge JobIsWell = Metrics.CreateGauge("mmdr_job_last_success", "1 when the last job of this kind succeeded, 0 when not.", "kind");
    private static readonly Gauge JobTook = Metrics.CreateGauge("mmdr_job_last_duration_seconds", "How long the last job of this kind took.", "kind");
    private static readonly Gauge NewBytes = Metrics.CreateGauge("mmdr_backup_new_bytes", "Bytes of content that the newest restore point added, before compression.");
    private static readonly Gauge ContentBytes = Metrics.CreateGauge("mmdr_backup_bytes", "Bytes of content in the newest restore point.");
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(3);
    private readonly HashSet<(string Kind, string Severity)> _seen = [];

    /// <summary>What ended before was shown already, and a gauge keeps what it shows.</summary>
    private DateTimeOffset _shownUntil = DateTimeOffset.UnixEpoch + Overlap;

    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Show(await store.ListOpenAsync(cancellationToken));
        foreach (var kind in (await jobs.ListEndedAsync(20, _shownUntil - Overlap, cancellationToken)).GroupBy(job => job.Kind))
        {
            Show(kind.Key, [.. kind]);
        }

        _shownUntil = time.GetUtcNow();

        if (look.Last is { } picture)
        {
            Show(picture);
        }

        if (heartbeat.TakenAt is { } taken)
        {
            Beat.Set(Seconds(taken));
        }

        Round.Set(Seconds(time.GetUtcNow()));
    }

    private void Show(IReadOnlyList<RaisedAlarm> open)
    {
        var counted = open.GroupBy(raised => (raised.Alarm.Kind, EnumText.Of(raised.Alarm.Severity))).ToDictionary(group => group.Key, group => group.Count());
        _seen.UnionWith(counted.Keys);
        foreach (var key in _seen)
        {
            Open.WithLabels(key.Kind, key.Severity).Set(counted.GetValueOrDefault(key));
        }

        Unacknowledged.Set(open.Count(raised => raised.AcknowledgedAt is null));
    }

    private static void Show(string kind, IReadOnlyList<Job> ended)
    {
        var last = ended[0];
        JobEnded.WithLabels(kind).Set(Seconds(last.FinishedAt!.Value));
        JobIsWell.WithLabels(kind).Set(last.State is JobState.Succeeded ? 1 : 0);
        JobTook.WithLabels(kind).Set((last.FinishedAt.Value - (last.StartedAt ?? last.CreatedAt)).TotalSeconds);
        if (ended.FirstOrDefault(job => job.State is JobState.Succeeded) is { } good)
        {
            JobSucceeded.WithLabels(kind).Set(Seconds(good.FinishedAt!.Value));
        }
    }

    private static void Show(RepositoryPicture picture)
    {
        foreach (var component in new[] { "database", "config", "files" })
        {
            if (picture.Newest(component) is { } newest)
            {
                Newest.WithLabels(component).Set(Seconds(newest.CreatedAt));
            }

            if (picture.LastDrill(component) is { } drill)
            {
                Drill.WithLabels(component).Set(Seconds(drill.FinishedAt));
                DrillTook.WithLabels(component).Set((drill.FinishedAt - drill.StartedAt).TotalSeconds);
            }
        }

        Points.Set(picture.Points.Count);
        Bytes.Set(picture.Bytes ?? 0);
        Looked.Set(Seconds(picture.At));
        if (picture.Points.LastOrDefault() is { } last)
        {
            NewBytes.Set(last.NewBytes);
            ContentBytes.Set(last.Bytes);
        }
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
