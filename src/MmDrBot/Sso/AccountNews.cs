using System.Collections.Concurrent;
using MmDrBot.Announcing;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>News of accounts that are noted once and said once: what Mattermost does not take is said in a later round, as long as this process runs.</summary>
internal sealed class AccountNews(Announcements announcements)
{
    /// <summary>A Mattermost that is away for long has other troubles; `sso status` and `sso reconcile` have them all.</summary>
    private const int AtMost = 100;

    private readonly ConcurrentQueue<string> _unsaid = [];

    internal async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        if (!await announcements.SayAsync(NewsKind.AccountProblem, text, cancellationToken) && _unsaid.Count < AtMost)
        {
            _unsaid.Enqueue(text);
        }
    }

    /// <summary>Tries what is left, oldest first, until Mattermost refuses again.</summary>
    internal async Task RetryAsync(CancellationToken cancellationToken)
    {
        while (_unsaid.TryPeek(out var text) && await announcements.SayAsync(NewsKind.AccountProblem, text, cancellationToken))
        {
            _unsaid.TryDequeue(out _);
        }
    }
}
