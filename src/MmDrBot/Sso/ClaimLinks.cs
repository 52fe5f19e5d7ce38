using System.Security.Cryptography;
using System.Text;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>
/// One-time links. Only the hash of a link's token is kept, and no password at all: whoever claims the link gets one made in that moment,
/// so that a copy of our state opens nothing.
/// </summary>
internal sealed class ClaimLinks(StateDatabase database, SsoOptions options, TimeProvider time)
{
    private const int TokenBytes = 24;

    /// <returns>The token: it stands after the # of the link, where no log of a server or proxy has it.</returns>
    internal async Task<string> IssueAsync(string conversionId, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var expiresAt = (time.GetUtcNow() + options.LinkLifetime).ToUnixTimeMilliseconds();
        await database.InTransactionAsync(
            async (transaction, cancel) =>
            {
                await WithdrawAsync(transaction, conversionId, cancel);
                await transaction.ExecuteAsync("insert into claim_links (token_hash, conversion_id, expires_at) values (@hash, @conversionId, @expiresAt)", new { hash = Hash(token), conversionId, expiresAt }, cancel);
            },
            cancellationToken);
        return token;
    }

    /// <summary>Ends the links of an account that were not used: whoever asks for another way in does not want the old one open.</summary>
    internal Task WithdrawAsync(string conversionId, CancellationToken cancellationToken) =>
        database.InTransactionAsync((transaction, token) => WithdrawAsync(transaction, conversionId, token), cancellationToken);

    /// <returns>The conversion that a link belongs to; null when it is unknown, expired or used.</returns>
    internal Task<string?> FindAsync(StateTransaction transaction, string token, CancellationToken cancellationToken) => transaction.FirstOrDefaultAsync<string>(
        "select conversion_id from claim_links where token_hash = @hash and used_at is null and expires_at > @now", new { hash = Hash(token), now = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);

    /// <summary>Uses a link up, in the caller's transaction.</summary>
    /// <returns>False when somebody else was faster.</returns>
    internal async Task<bool> UseAsync(StateTransaction transaction, string token, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("update claim_links set used_at = @now where token_hash = @hash and used_at is null", new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), hash = Hash(token) }, cancellationToken) > 0;

    private static Task WithdrawAsync(StateTransaction transaction, string conversionId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("delete from claim_links where conversion_id = @conversionId and used_at is null", new { conversionId }, cancellationToken);

    // The token is 192 random bits, so an index on its hash tells nobody anything by its time.
    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
