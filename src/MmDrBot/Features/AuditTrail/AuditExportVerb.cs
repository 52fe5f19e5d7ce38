using System.CommandLine;
using System.Text.Json;
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
        var isCsv = AuditExport.IsCsv(invocation.Value(_format));
        var views = (await trail.ExportAsync(AuditExport.Since(invocation.Value(_since)), invocation.Actor, cancellationToken)).Select(AuditEntryView.Of).ToArray();
        return new Reply { Raw = isCsv ? AuditExport.Csv(views) : JsonSerializer.Serialize(views, JsonSerializerOptions.Web), Json = views };
    }
}
