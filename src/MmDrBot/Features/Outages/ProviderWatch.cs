using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Probes the sign-in services, says when one goes down and when it is back. Opens and closes nothing unless the settings say so.</summary>
internal sealed partial class ProviderWatch(
    ProtectedServer server, ProviderProbe probe, ProviderHealth health, ProviderNews news, OutageStore outages, ConversionStore conversions, OpenOutage open, CloseQuietOutages quiet, Announcements announcements, SsoOptions options, TimeProvider time, ILogger<ProviderWatch> logger) : BackgroundService
{
    // What Mattermost did not take is said again after the next probe: it is likely to be away together with the service.
    private readonly HashSet<string> _untold = [];

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
            try
            {
                await LookAtAsync(target, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.OneFailed(logger, target.Service, failure);
            }
        }

        await quiet.LookAsync(cancellationToken);
    }

    private async Task LookAtAsync(ProviderTarget target, CancellationToken cancellationToken)
    {
        var failure = await probe.AskAsync(target, cancellationToken);
        if (health.Add(target.Service, failure, time.GetUtcNow()) is { } turned)
        {
            _untold.Remove(target.Service);
            await (turned.IsUp is true ? BackAsync(target, turned, cancellationToken) : DownAsync(target, turned, cancellationToken));
        }
        else if (health.Of(target.Service) is { IsUp: { } isUp } standing && (_untold.Contains(target.Service) || await news.TakeUntoldAsync(target.Service, isUp, Patience, cancellationToken)))
        {
            await TellAsync(target, standing, cancellationToken);
        }
    }

    private TimeSpan Patience => (3 * options.ProbeEvery) + TimeSpan.FromMinutes(1);

    private async Task TellAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        _untold.Add(target.Service);
        var told = await (standing.IsUp is true ? SayBackAsync(target, cancellationToken) : SayDownAsync(target, standing, cancellationToken));
        if (told)
        {
            _untold.Remove(target.Service);
        }

        await news.SaidAsync(target.Service, told, cancellationToken);
    }

    private async Task DownAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        if (await news.ClaimDownAsync(target.Service, cancellationToken))
        {
            await TellAsync(target, standing, cancellationToken);
        }

        if (options.OpenByItself && await FindOpenAsync(target.Service, cancellationToken) is null)
        {
            await OpenAsync(target, standing, cancellationToken);
        }
    }

    /// <returns>False when it has to be said again.</returns>
    private async Task<bool> SayDownAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken) =>
        await FindOpenAsync(target.Service, cancellationToken) is not null || await announcements.SayAsync(NewsKind.ProviderDown, $"**Single sign-on by {target.Service} looks down** since {Words.Time(standing.Since)} ({Words.Duration(time.GetUtcNow() - standing.Since)} ago): {standing.InARow} of {standing.InARow} probes of {target.Address.Host} failed ({Words.Code(standing.LastFailure ?? "")}).\nNext: `/dr sso outlook {target.Service}` shows who is affected; `/dr sso open {target.Service} --ticket T --reason \"...\"` opens an outage.", [SsoButtons.Outlook(target.Service), SsoButtons.Open(target.Service)], cancellationToken);

    private async Task OpenAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        try
        {
            await open.HandleAsync(new OpenOutageRequest { Service = target.Service, Ticket = "automatic", Reason = $"{standing.InARow} probes in a row failed", Force = true }, Actor.System, cancellationToken);
            await announcements.SayAsync(NewsKind.OutageOpened, $"The outage of {target.Service} was opened by itself, as the settings say.", SsoButtons.Of(target.Service), cancellationToken);
        }
        catch (Refusal refusal) when (refusal.Reason is not RefusalReason.Conflict)
        {
            await announcements.SayAsync(NewsKind.ProviderDown, $"The outage of {target.Service} could not be opened by itself: {refusal.Message}", cancellationToken);
        }
        catch (Refusal)
        {
            // Another replica was faster.
        }
    }

    private async Task BackAsync(ProviderTarget target, Standing standing, CancellationToken cancellationToken)
    {
        var outage = await FindOpenAsync(target.Service, cancellationToken);
        if (!await news.ClaimUpAsync(target.Service, outage?.Id, standing.LastDownAt is not null, cancellationToken))
        {
            return; // It was never away, or another replica said it.
        }

        await TellAsync(target, standing, cancellationToken);
    }

    /// <returns>False when it has to be said again.</returns>
    private async Task<bool> SayBackAsync(ProviderTarget target, CancellationToken cancellationToken)
    {
        var outage = await FindOpenAsync(target.Service, cancellationToken);
        var converted = outage is null ? 0 : (await conversions.ListOpenAsync(outage.Id, cancellationToken)).Count;
        var text = outage is null
            ? $"Single sign-on by {target.Service} is back: {target.Proof}."
            : $"**Single sign-on by {target.Service} is back:** {target.Proof}. {Words.Count(converted, "account is", "accounts are")} still converted.\nNext: `/dr sso close {target.Service}` brings everybody back and closes the outage.";
        return await announcements.SayAsync(NewsKind.ProviderUp, text, outage is null ? [] : SsoButtons.Of(target.Service), cancellationToken);
    }

    /// <summary>Null also while the state is away: a turn is seen once, so that it must be said now.</summary>
    private async Task<Outage?> FindOpenAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            return (await outages.ListAsync(openOnly: true, int.MaxValue, cancellationToken)).FirstOrDefault(outage => outage.Service == service);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The sign-in services could not be probed.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The sign-in service {Service} could not be probed, or what was found could not be told.")]
        public static partial void OneFailed(ILogger logger, string service, Exception exception);
    }
}
