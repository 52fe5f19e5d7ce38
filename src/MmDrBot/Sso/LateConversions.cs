using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>
/// Mattermost, or a proxy before it, may carry out a call that was given up long ago. Whoever is converted although their conversion was
/// rolled back a while ago, or was converted again after they had been brought back, comes into the books again, to be brought back with
/// everybody else.
/// </summary>
internal sealed class LateConversions(ConversionStore conversions, AccountDirectory accounts, ConversionReopener reopener, AccountNews news, TimeProvider time)
{
    private const string Why = "Mattermost carried out the call after it had been given up, or somebody gave the account a password by hand. If nobody knows it, `sso deliver` issues a way in.";

    private const int Shown = 20;

    /// <summary>How long after a conversion was undone its call is expected. What comes later is found by comparing the books.</summary>
    internal static readonly TimeSpan Watched = TimeSpan.FromHours(1);

    /// <returns>How many came into the books again.</returns>
    internal async Task<int> ReopenAsync(CancellationToken cancellationToken)
    {
        var undone = await conversions.ListUndoneAsync(time.GetUtcNow() - Watched, cancellationToken);
        if (undone.Count == 0)
        {
            return 0;
        }

        var found = (await accounts.GetAllAsync([.. undone.Select(one => one.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var late = undone.Where(one => found.GetValueOrDefault(one.UserId) is { UsesPassword: true } account && IsLate(one, account));
        var reopened = await reopener.ReopenAsync([.. late], Why, Actor.System, cancellationToken);
        await TellAsync(reopened, cancellationToken);
        return reopened.Count;
    }

    private async Task TellAsync(IReadOnlyList<Conversion> reopened, CancellationToken cancellationToken)
    {
        if (reopened.Count > 0)
        {
            var more = reopened.Count > Shown ? $" and {reopened.Count - Shown} more" : "";
            await news.SayAsync($"**Converted after all, and in the books again:** {string.Join(", ", reopened.Take(Shown).Select(one => $"@{one.Username}"))}{more}. {Why}\nNext: `sso status`; they come back with everybody else, or by `sso revert`.", cancellationToken);
        }
    }

    /// <summary>A password from before the way back is one of a database that was restored; comparing the books finds that, and `reconcile --repair` mends it.</summary>
    private static bool IsLate(Conversion undone, MattermostAccount account) =>
        undone.State is ConversionState.RolledBack || account.LastPasswordUpdate >= undone.EndedAt?.ToUnixTimeMilliseconds();
}
