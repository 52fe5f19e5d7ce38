using System.Globalization;
using CsvHelper;

namespace MmDrBot.Features.Outages;

/// <summary>Reports and outlooks as comma-separated values, one row an account.</summary>
internal static class SsoCsv
{
    internal static string Of(OutageReport report) => Write(report.Conversions.Select(one => new
    {
        outage = report.Outage.Id,
        service = one.Service,
        username = one.Username,
        user_id = one.UserId,
        state = one.State,
        ticket = one.Ticket,
        requested_by = one.RequestedBy,
        converted_at = Time(one.ConvertedAt),
        ended_at = Time(one.EndedAt),
        ended_by = one.EndedBy,
        lasted_seconds = one is { ConvertedAt: { } from, EndedAt: { } to } ? ((long)(to - from).TotalSeconds).ToString(CultureInfo.InvariantCulture) : "",
        signs_in_with = one.SignsInWith,
        problem = one.Problem,
    }));

    internal static string Of(IEnumerable<Outlook> outlooks) => Write(outlooks.SelectMany(outlook => outlook.Names.Select(one => new
    {
        service = outlook.Service,
        username = one.Username,
        email = one.Email,
        last_session_ends = one.NeverEnds ? "never" : Time(one.LastSessionEnds),
    })));

    /// <summary>What a spreadsheet would take for a formula is quoted.</summary>
    private static string Write<T>(IEnumerable<T> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var csv = new CsvWriter(text, new CsvHelper.Configuration.CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n", InjectionOptions = CsvHelper.Configuration.InjectionOptions.Escape }))
        {
            csv.WriteRecords(rows);
        }

        return text.ToString();
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
