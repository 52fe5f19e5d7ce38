using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>
/// Closes outages whose service is well and that nobody needs any more, where the settings say so. An outage whose service was never seen
/// down, as after a restart or where probes see nothing wrong, has to be quiet for a while first.
/// </summary>
internal sealed partial class CloseQuietOutages(OutageStore outages, ConversionStore conversions, ProviderHealth health, CloseOutage close, Announcements announcements, SsoOptions options, TimeProvider time, ILogger<CloseQuietOutages> logger)
{
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!options.CloseByItself)
        {
            return;
        }

        foreach (var outage in await outages.ListAsync(openOnly: true, int.MaxValue, cancellationToken))
        {
            var known = await conversions.ListAsync(outage.Id, cancellationToken);
            if (IsOver(outage, known, health, options, time.GetUtcNow()))
            {
                await CloseAsync(outage, cancellationToken);
            }
        }
    }

    internal static bool IsOver(Outage outage, IReadOnlyList<Conversion> known, ProviderHealth health, SsoOptions options, DateTimeOffset now)
    {
        if (!health.IsUp(outage.Service, now) || known.Any(one => one.IsOpen))
        {
            return false;
        }

        // A probe a moment before the opening is what it was opened for.
        var wasSeenDown = health.Of(outage.Service)?.LastDownAt is { } down && down >= outage.OpenedAt - options.ProbeEvery;
        var quietSince = known.Select(one => one.EndedAt).OfType<DateTimeOffset>().Append(outage.OpenedAt).Max();
        return wasSeenDown || now - quietSince >= options.CloseAfterQuiet;
    }

    private async Task CloseAsync(Outage outage, CancellationToken cancellationToken)
    {
        try
        {
            var closed = await close.HandleAsync(outage.Service, null, OutageView.Of(outage, []).Version(), Actor.System, cancellationToken);
            await announcements.SayAsync(NewsKind.OutageClosed, $"The outage of {outage.Service} (ticket {Words.Code(outage.Ticket)}) was closed by itself: {outage.Service} is well and nobody is converted. {closed.InMattermost.Sentence}{string.Concat(closed.Notes.Select(note => $"\n**Note:** {note}"))}", cancellationToken);
        }
        catch (Refusal refusal)
        {
            // Somebody was converted in this moment, or another replica was faster.
            Log.NotClosed(logger, outage.Service, refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The outage of {Service} was not closed by itself this time.")]
        public static partial void NotClosed(ILogger logger, string service, Exception exception);
    }
}
