using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Host;
using Prometheus;

namespace MmDrBot.Tests.Alarms;

/// <summary>Rules and dashboard ask for metrics that there are.</summary>
[Collection(BotCollection.Name)]
public sealed partial class MonitoringTests(BotFixture bot)
{
    private static readonly string[] Files = ["manifests/prometheus/mmdr.rules.yaml", "manifests/grafana/mmdr.json", "docs/alarms.md"];

    [Fact]
    public async Task Every_metric_that_is_asked_for_is_there()
    {
        await bot.AnyRestorePointAsync();
        await bot.Get<RepositoryLook>().GetAsync(CancellationToken.None);
        await bot.Get<AlarmMetrics>().RefreshAsync(CancellationToken.None);
        using var text = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text);
        var known = Metric().Matches(Encoding.UTF8.GetString(text.ToArray())).Select(match => match.Value).ToHashSet();

        foreach (var file in Files)
        {
            var asked = Metric().Matches(await File.ReadAllTextAsync(RepositoryRoot.File(file))).Select(match => match.Value).Distinct().ToArray();
            Assert.NotEmpty(asked);
            Assert.Empty(asked.Except(known));
        }
    }

    [Fact]
    public async Task The_service_shows_how_old_its_restore_points_are()
    {
        await bot.AnyRestorePointAsync();
        await bot.Get<RepositoryLook>().GetAsync(CancellationToken.None);
        await bot.Get<AlarmMetrics>().RefreshAsync(CancellationToken.None);
        using var client = bot.Client();

        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Matches("mmdr_restore_point_newest_timestamp_seconds\\{component=\"database\"\\} 1\\d{9}", text);
        Assert.Contains("mmdr_job_last_success{kind=\"backup\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_is_whole_and_every_panel_has_a_place()
    {
        var board = JsonNode.Parse(await File.ReadAllTextAsync(RepositoryRoot.File("manifests/grafana/mmdr.json")))!;
        var panels = board["panels"]!.AsArray();

        Assert.Equal(panels.Count, panels.Select(panel => (int)panel!["id"]!).Distinct().Count());
        Assert.All(panels, panel => Assert.InRange((int)panel!["gridPos"]!["x"]! + (int)panel["gridPos"]!["w"]!, 1, 24));
        Assert.All(panels, panel => Assert.NotEmpty(panel!["targets"]!.AsArray()));
    }

    [Fact]
    public async Task Its_clocks_are_asked_and_agree()
    {
        var judgement = await bot.Get<IEnumerable<IAlarmSource>>().Single(source => source is ClockSource).JudgeAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);

        Assert.Empty(judgement.Alarms);
        Assert.Empty(judgement.Unknown);
    }

    [GeneratedRegex(@"\bmmdr_[a-z_]+[a-z]\b")]
    private static partial Regex Metric();
}
