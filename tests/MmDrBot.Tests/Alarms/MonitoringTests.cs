using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Access;
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
    public async Task Every_label_that_is_asked_for_or_shown_is_one_of_its_metric()
    {
        var labels = Collectors().ToDictionary(metric => metric.Name, metric => metric.LabelNames);
        var asked = await AskedAsync();

        Assert.All(asked, one => Assert.NotEmpty(Metric().Matches(one.Expression)));
        foreach (var (expression, shown) in asked)
        {
            var used = LabelsOf(expression, shown);
            Assert.All(Metric().Matches(expression), metric => Assert.True(used.IsSubsetOf(labels[metric.Value]), $"{expression} ({shown}) names one of {string.Join(", ", used)}, and {metric.Value} has {string.Join(", ", labels[metric.Value])}"));
        }

        // The patterns find what there is to find.
        Assert.Subset(asked.SelectMany(one => LabelsOf(one.Expression, one.Shown)).ToHashSet(), new HashSet<string> { "component", "kind", "severity", "service" });
        Assert.Equal(["nowhere", "other", "some", "third"], LabelsOf("sum by (some, other) (mmdr_x{third=\"1\"})", "{{nowhere}} {{ $labels.some | humanize }} {{ $value }}").Order());
    }

    [Fact]
    public async Task Every_severity_that_is_asked_for_is_one_of_alarms()
    {
        var asked = (await AskedAsync()).SelectMany(one => Severity().Matches(one.Expression)).Select(match => match.Groups[1].Value).Distinct().Order().ToArray();

        Assert.Equal(Enum.GetValues<AlarmSeverity>().Select(EnumText.Of).Order(), asked);
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

    /// <summary>Everything that this program exports, whether it has a value yet or not.</summary>
    private static IEnumerable<Collector> Collectors() =>
        typeof(AlarmMetrics).Assembly.GetTypes().SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)).Where(field => field.FieldType.IsAssignableTo(typeof(Collector))).Select(field => (Collector)field.GetValue(null)!);

    /// <summary>The expressions of rules and dashboard, each with the texts that name labels of what it gives.</summary>
    private static async Task<IReadOnlyList<(string Expression, string Shown)>> AskedAsync()
    {
        var rules = (await File.ReadAllTextAsync(RepositoryRoot.File(Files[0]))).Split("- alert:").Skip(1).Select(rule => (Expression().Match(rule).Groups[1].Value, rule));
        var board = JsonNode.Parse(await File.ReadAllTextAsync(RepositoryRoot.File(Files[1])))!;
        var panels = board["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => ((string)target!["expr"]!, (string)target["legendFormat"]!));
        return [.. rules, .. panels];
    }

    private static HashSet<string> LabelsOf(string expression, string shown) =>
        [.. Matched().Matches(expression).Concat(Shown().Matches(shown)).Select(match => match.Groups[1].Value), .. Grouped().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))];

    [GeneratedRegex(@"^\s*expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex(@"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matched();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"\{\{\s*(?:\$labels\.)?(\w+)\s*(?:\||\}\})")]
    private static partial Regex Shown();

    [GeneratedRegex("severity=\"([a-z]+)\"")]
    private static partial Regex Severity();

    [GeneratedRegex(@"\bmmdr_[a-z_]+[a-z]\b")]
    private static partial Regex Metric();
}
