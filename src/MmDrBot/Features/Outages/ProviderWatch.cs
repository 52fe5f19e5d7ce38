using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Probes the sign-in services, says when one goes down and when it is back. Opens and closes nothing unless the settings say so.</summary>
internal sealed partial class ProviderWatch(
    ProtectedServer server, ProviderProbe probe, ProviderHealth health, OutageStore outages, ConversionStore conversions, OpenOutage open, CloseOutage close, Announcements announcements, SsoOptions options, TimeProvider time, ILogger<ProviderWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ProbeEvery, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round of probes.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var target in ProviderTarget.Of(await server.ConfigAsync(cancellationToken)))
        {
            var failure = await probe.AskAsync(target, cancellationToken);
            if (health.Add(target.Service, failure, time.GetUtcNow()) is { } turned)
            {
                await (turned.IsUp is true ? BackAsync(target, turned, cancellationToken) : DownAsync(target, turned, cancellationToken));
            }
        }
    }

    private async Task DownAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        if (await FindOpenAsync(target.Service, cancellationToken) is not null)
        {
            return;
        }

        await announcements.SayAsync($"**Single sign-on by {target.Service} looks down** since {Words.Time(standing.Since)} ({Words.Duration(time.GetUtcNow() - standing.Since)} ago): {standing.InARow} of {standing.InARow} probes of {target.Address.Host} failed ({standing.LastFailure}).\nNext: `/dr sso outlook {target.Service}` shows who is affected; `/dr sso open {target.Service} --ticket T --reason \"...\"` opens an outage.", [SsoButtons.Outlook(target.Service), SsoButtons.Open(target.Service)], cancellationToken);
        if (options.OpenByItself)
        {
            await open.HandleAsync(new OpenOutageRequest { Service = target.Service, Ticket = "automatic", Reason = $"{standing.InARow} probes in a row failed", Force = true }, Actor.System, cancellationToken);
        }
    }

    private async Task BackAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        var outage = await FindOpenAsync(target.Service, cancellationToken);
        if (outage is null && !standing.WasDown)
        {
            return; // It was never away, as far as this process knows.
        }

        var converted = outage is null ? 0 : (await conversions.ListOpenAsync(outage.Id, cancellationToken)).Count;
        await announcements.SayAsync(
            outage is null
                ? $"Single sign-on by {target.Service} is back."
                : $"**Single sign-on by {target.Service} is back.** {Words.Count(converted, "account is", "accounts are")} still converted.\nNext: `/dr sso close {target.Service}` brings everybody back and closes the outage.",
            outage is null ? [] : SsoButtons.Of(target.Service),
            cancellationToken);
        if (outage is not null && converted == 0 && options.CloseByItself)
        {
            await close.HandleAsync(target.Service, null, Actor.System, cancellationToken);
        }
    }

    private async Task<Outage?> FindOpenAsync(string service, CancellationToken cancellationToken) =>
        (await outages.ListAsync(openOnly: true, int.MaxValue, cancellationToken)).FirstOrDefault(outage => outage.Service == service);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The sign-in services could not be probed.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
