using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using MmDrBot.TestKit.Tools;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Cli;

/// <summary>The shapes of docs/cli.md, and what is printed held against them.</summary>
internal static partial class DocumentedShapes
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.File("docs/cli.md"));
    private static readonly string[] Paths = [.. MmDrBotHost.Verbs().Select(verb => verb.Path)];

    /// <summary>The members that the shape of a verb names.</summary>
    internal static IReadOnlySet<string> Of(string path) => MembersOf(ShapeOf(path));

    /// <summary>Holds a document that a command printed against the verb's shape; errors have a shape of their own.</summary>
    internal static void AssertKept(string[] words, string output)
    {
        var path = Paths.Where(verb => $"{string.Join(' ', words)} ".StartsWith(verb + " ", StringComparison.Ordinal)).MaxBy(verb => verb.Length);
        // What a schedule runs prints what that command prints.
        if (path is null or "schedule run" || JsonNode.Parse(output) is not { } printed || printed is JsonObject { Count: 1 } only && only.ContainsKey("error"))
        {
            return;
        }

        AssertKept(path, printed);
    }

    internal static void AssertKept(string path, JsonNode printed)
    {
        var strange = Members(printed).Distinct().Except(Of(path)).ToArray();
        Assert.True(strange.Length == 0, $"{path}: {string.Join(' ', strange)} not in docs/cli.md; {printed.ToJsonString()}");
    }

    /// <summary>Runs a verb in this process, with all permissions, and holds what `--json` would print against its shape.</summary>
    internal static async Task<JsonNode> RunAsync(IEnumerable<Verb> verbs, string line)
    {
        var tree = new VerbTree(verbs, new System.CommandLine.Command("mmdr"));
        var words = CommandText.Split(line);
        var parsed = tree.Parse(words);
        Assert.Empty(parsed.Errors);
        var actor = new Actor("cli:root", Door.Cli, Enum.GetValues<Permission>().ToHashSet());
        var reply = await tree.VerbOf(parsed)!.RunAsync(new Invocation(parsed, actor, new ScheduledJobs(new JobLaunch())), CancellationToken.None);
        var printed = JsonSerializer.Serialize(reply.Json, JobLauncher.Json);
        AssertKept([.. words], printed);
        return JsonNode.Parse(printed)!;
    }

    /// <summary>The verb's row of a table, or its paragraph with the indented document below.</summary>
    private static string ShapeOf(string path)
    {
        var row = Regex.Match(Page, $@"(?m)^\| `mmdr {path}(?:[ `][^\n]*)?$");
        var paragraph = Regex.Match(Page, $@"(?ms)^\*\*`mmdr {path}[ `].*?(?=^\*\*`|^## |\z)");
        var shape = row.Success ? row.Value.Split(" | ")[^1] : paragraph.Value;
        // "the job", "as convert": the shape of another verb.
        return shape.Trim(' ', '|') switch
        {
            "the job" or "list of jobs" => ShapeOf("job"),
            "the delivery" or "list of deliveries" => ShapeOf("webhook test"),
            "the schedule" or "list of schedules" => ShapeOf("schedule add"),
            "as convert" => ShapeOf("sso convert"),
            "list of entries" => ShapeOf("audit"),
            _ => Part().Replace(shape, part => PartOf(part.Groups[1].Value)),
        };
    }

    /// <summary>A part that several verbs print has a line of its own, and stands in their shapes as its name in braces.</summary>
    private static string PartOf(string name) =>
        Regex.Match(Page, $@"(?m)^- {name}: (.*)$") is { Success: true } line ? Part().Replace(line.Groups[1].Value, part => PartOf(part.Groups[1].Value)) : throw new InvalidOperationException($"docs/cli.md has no part {name}.");

    private static HashSet<string> MembersOf(string shape) => [.. Member().Matches(shape).Select(match => match.Groups[1].Value)];

    /// <summary>All member names but those of results of jobs and requests of approvals, which are documented where these are asked for.</summary>
    private static IEnumerable<string> Members(JsonNode? node) => node switch
    {
        JsonArray array => array.SelectMany(Members),
        JsonObject members => members.SelectMany(member => IsOfAnother(member.Key, members) ? [member.Key] : Members(member.Value).Prepend(member.Key)),
        _ => [],
    };

    private static bool IsOfAnother(string member, JsonObject whole) =>
        (member is "result" or "detail" or "progress" && whole["kind"] is not null) || (member is "request" && whole["operation"] is not null);

    [GeneratedRegex("""["](\w+)":""")]
    private static partial Regex Member();

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Part();
}
