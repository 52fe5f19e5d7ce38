using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal sealed class AuditExportVerb(ReadAuditTrail trail) : Verb
{
    private readonly Option<string> _format = new("--format") { Description = "json or csv.", DefaultValueFactory = _ => "json", HelpName = "FORMAT", CompletionSources = { "json", "csv" } };
    private readonly Option<string?> _since = new("--since") { Description = "Only from this time on, such as 2026-05-01 or 2026-05-01T22:00Z.", HelpName = "TIME" };

    internal override string Path => "audit export";

    internal override string Description => "Writes the audit trail to standard output, oldest entry first.";

    internal override IReadOnlyList<string> Examples => ["audit export --format csv --since 2026-05-01"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_since);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var format = invocation.Value(_format);
        if (format is not ("json" or "csv"))
        {
            throw new Refusal(RefusalReason.Invalid, "--format takes json or csv.");
        }

        var views = (await trail.ExportAsync(Since(invocation.Value(_since)), invocation.Actor, cancellationToken)).Select(AuditEntryView.Of).ToArray();
        return new Reply { Raw = format == "csv" ? Csv(views) : JsonSerializer.Serialize(views, JsonSerializerOptions.Web), Json = views };
    }

    private static DateTimeOffset? Since(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new Refusal(RefusalReason.Invalid, $"{text} is no time.", "Write it as 2026-05-01 or 2026-05-01T22:00Z.");

    /// <summary>What a spreadsheet would take for a formula is escaped.</summary>
    private static string Csv(IEnumerable<AuditEntryView> views)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n", InjectionOptions = InjectionOptions.Escape }))
        {
            csv.WriteRecords(views);
        }

        return text.ToString().TrimEnd('\n');
    }
}
