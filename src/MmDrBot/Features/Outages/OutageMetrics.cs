using MmDrBot.Sso;
using Prometheus;

namespace MmDrBot.Features.Outages;

/// <summary>What monitoring should alarm on: people who are not back yet.</summary>
internal static class OutageMetrics
{
    private static readonly Gauge Converted = Metrics.CreateGauge("mmdr_sso_converted_accounts", "Accounts that are converted to e-mail and password now, or on the way there or back.", "service");
    private static readonly Gauge Oldest = Metrics.CreateGauge("mmdr_sso_oldest_conversion_seconds", "How long the account that is converted longest has been so; 0 when none is.");

    internal static void Set(IReadOnlyList<Conversion> open, DateTimeOffset now)
    {
        foreach (var service in AccountRules.Services)
        {
            Converted.WithLabels(service).Set(open.Count(one => one.AuthService == service));
        }

        Oldest.Set(open.Count == 0 ? 0 : (now - open.Min(one => one.ConvertedAt ?? one.CreatedAt)).TotalSeconds);
    }
}
