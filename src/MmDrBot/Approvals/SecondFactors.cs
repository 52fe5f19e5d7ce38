using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Sealing;
using OtpNet;

namespace MmDrBot.Approvals;

/// <summary>
/// Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 seconds, as every authenticator app has them), one step of clock difference
/// either way. A code is good once; five wrong ones in a row lock the person out for a quarter of an hour.
/// </summary>
internal sealed class SecondFactors(StateDatabase state, ServiceSecret secret, TimeProvider time)
{
    private const int SecretBytes = 20;
    private const int MaximumFailures = 5;
    private static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    private byte[] Key => secret.KeyFor("second factors");

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Replaces an earlier enrolment.</summary>
    /// <returns>The secret in base 32; shown this once.</returns>
    internal async Task<string> EnrolAsync(StateTransaction transaction, string username, Actor by, CancellationToken cancellationToken)
    {
        var fresh = Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(SecretBytes));
        await transaction.ExecuteAsync(
            """
            insert into second_factors (username, secret, created_at, created_by) values (@username, @sealedSecret, @Now, @by)
            on conflict (username) do update set secret = excluded.secret, created_at = excluded.created_at, created_by = excluded.created_by, last_step = 0, failures = 0, locked_until = 0
            """,
            new { username, sealedSecret = SealedText.Seal(Key, username, fresh), Now, by = by.Name },
            cancellationToken);
        return fresh;
    }

    /// <returns>Whether there was one.</returns>
    internal static async Task<bool> RemoveAsync(StateTransaction transaction, string username, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync("delete from second_factors where username = @username", new { username }, cancellationToken) == 1;

    internal async Task<IReadOnlyList<SecondFactor>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await state.ReadAsync((transaction, token) => transaction.QueryAsync<SecondFactorRow>("select * from second_factors order by username", null, token), cancellationToken);
        return [.. rows.Select(row => new SecondFactor(row.Username, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), row.CreatedBy, row.LockedUntil > Now))];
    }

    /// <summary>Takes a code, or says why not; a wrong one counts. A transaction of its own: a refusal must not undo the count.</summary>
    /// <exception cref="Refusal">Forbidden: no code, not enrolled, locked out, or wrong.</exception>
    internal async Task RequireAsync(string username, string? code, CancellationToken cancellationToken)
    {
        if (code is not { Length: > 0 })
        {
            throw new Refusal(RefusalReason.Forbidden, "An approval in chat needs your second factor.", "Add --code with the six digits of your authenticator. `mmdr second-factor enroll NAME` on the host enrols one; or approve on the host or by REST.");
        }

        var refusal = await state.InTransactionAsync((transaction, token) => TakeAsync(transaction, username, code.Replace(" ", "", StringComparison.Ordinal), token), cancellationToken);
        if (refusal is not null)
        {
            throw refusal;
        }
    }

    private async Task<Refusal?> TakeAsync(StateTransaction transaction, string username, string code, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<SecondFactorRow>($"select * from second_factors where username = @username {transaction.ForUpdate}", new { username }, cancellationToken);
        if (row is null)
        {
            return new Refusal(RefusalReason.Forbidden, $"@{username} has no second factor here.", $"On the host: `mmdr second-factor enroll {username}`.");
        }

        if (row.LockedUntil > Now)
        {
            return new Refusal(RefusalReason.Forbidden, "Too many wrong codes; none is taken for a quarter of an hour.", "Approve on the host or by REST, or wait.");
        }

        var totp = new Totp(Base32Encoding.ToBytes(SealedText.Open(Key, username, row.Secret)));
        var isGood = totp.VerifyTotp(time.GetUtcNow().UtcDateTime, code, out var step, Window) && step > row.LastStep;
        await (isGood ? AcceptAsync(transaction, username, step, cancellationToken) : CountAsync(transaction, row, cancellationToken));
        return isGood ? null : new Refusal(RefusalReason.Forbidden, "This code is wrong, or was used already.", "Wait for the next one, and check that the clocks of the phone and of this host agree.");
    }

    private static Task<int> AcceptAsync(StateTransaction transaction, string username, long step, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("update second_factors set last_step = @step, failures = 0 where username = @username", new { username, step }, cancellationToken);

    private Task<int> CountAsync(StateTransaction transaction, SecondFactorRow row, CancellationToken cancellationToken)
    {
        var failures = row.Failures + 1;
        return transaction.ExecuteAsync(
            "update second_factors set failures = @failures, locked_until = @until where username = @Username",
            new { row.Username, failures = failures % MaximumFailures, until = failures >= MaximumFailures ? Now + (long)LockTime.TotalMilliseconds : row.LockedUntil },
            cancellationToken);
    }
}
