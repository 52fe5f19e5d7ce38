using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using MmDrBot.Access;

namespace MmDrBot.Features.AuditTrail;

/// <summary>The trail as a document for another program.</summary>
internal static class AuditExport
{
    /// <exception cref="Refusal">Invalid: no such format.</exception>
    internal static bool IsCsv(string? format) => format switch
    {
        "csv" => true,
        "json" => false,
        _ => throw new Refusal(RefusalReason.Invalid, "--format takes json or csv."),
    };

    /// <exception cref="Refusal">Invalid: no time.</exception>
    internal static DateTimeOffset? Since(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new Refusal(RefusalReason.Invalid, $"{(text.Length > 40 ? text[..40] + "..." : text)} is no time.", "Write it as 2026-05-01 or 2026-05-01T22:00Z.");

    /// <summary>Times as in JSON, to the millisecond of the hash; what a spreadsheet would take for a formula is escaped.</summary>
    internal static string Csv(IEnumerable<AuditEntryView> views)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n", InjectionOptions = InjectionOptions.Escape }))
        {
            csv.Context.TypeConverterOptionsCache.GetOptions<DateTimeOffset>().Formats = ["yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];
            csv.WriteRecords(views.Select(view => view with { At = view.At.ToUniversalTime() }));
        }

        return text.ToString().TrimEnd('\n');
    }
}
