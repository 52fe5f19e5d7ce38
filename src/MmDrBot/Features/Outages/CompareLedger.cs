using MmDrBot.Access;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Lays the ledger beside the books: whoever it alone has as converted would be forgotten.</summary>
internal sealed class CompareLedger(OrphanedBindings orphans)
{
    /// <param name="service">Whose accounts; null: all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<IReadOnlyList<Drift>> CompareAsync(string? service, CancellationToken cancellationToken)
    {
        try
        {
            var damaged = new List<Drift>();
            var found = await orphans.ConvertedAsync(service, damage => damaged.Add(Unread(damage)), cancellationToken);
            return [.. found.OrderBy(binding => binding.Username, StringComparer.Ordinal).Select(Of), .. damaged];
        }
        catch (Refusal refusal)
        {
            return [Unread(refusal.Message) with { IsUnreached = true }];
        }
    }

    private static Drift Of(LedgerBinding binding) => new(
        binding.Username, binding.UserId, "only_in_ledger", $"@{binding.Username} signs in with a password and was converted by the ledger (ticket {Words.Code(binding.Ticket)}), of which the books do not know: they were lost, or are of an earlier time. `mmdr sso recover` on the host takes it in.");

    internal static Drift Unread(string why) => new("", "", "ledger_unread", $"The ledger could not be read as a whole, so that whoever it alone has as converted is not known: {why}");
}
