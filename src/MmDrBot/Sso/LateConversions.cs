using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>
/// Mattermost, or a proxy before it, may carry out a call that was given up long ago. Whoever is converted although their conversion was
/// rolled back a while ago comes into the books again, to be brought back with everybody else.
/// </summary>
internal sealed class LateConversions(ConversionStore conversions, AccountDirectory accounts, ConversionReopener reopener, TimeProvider time)
{
    private const string Why = "Mattermost carried out the call after it had been given up, so nobody knows the password. `sso deliver` issues a way in.";

    /// <summary>How long after a conversion was rolled back its call is expected. What comes later is found by comparing the books.</summary>
    internal static readonly TimeSpan Watched = TimeSpan.FromHours(1);

    /// <returns>How many came into the books again.</returns>
    internal async Task<int> ReopenAsync(CancellationToken cancellationToken)
    {
        var undone = await conversions.ListRolledBackAsync(time.GetUtcNow() - Watched, cancellationToken);
        if (undone.Count == 0)
        {
            return 0;
        }

        var converted = (await accounts.GetAllAsync([.. undone.Select(one => one.UserId)], cancellationToken)).Where(account => account.UsesPassword).Select(account => account.Id).ToHashSet();
        return (await reopener.ReopenAsync([.. undone.Where(one => converted.Contains(one.UserId))], Why, Actor.System, cancellationToken)).Count;
    }
}
