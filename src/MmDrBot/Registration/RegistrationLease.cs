using System.Security.Cryptography;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Registration;

/// <summary>
/// Lets one process at a time register: replicas start together, and a check that finds nothing must not be followed by two commands. A
/// row with an end, since no transaction may stay open while the network is waited for; who dies holding it lets it run out.
/// </summary>
internal sealed class RegistrationLease(StateDatabase state, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2.5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for its turn.</summary>
    /// <exception cref="Refusal">Locked: another process holds it on and on.</exception>
    internal async Task<Holder> AcquireAsync(CancellationToken cancellationToken)
    {
        var owner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var until = time.GetUtcNow() + Patience;
        while (!await TakeAsync(owner, cancellationToken))
        {
            if (time.GetUtcNow() >= until)
            {
                throw new Refusal(RefusalReason.Locked, "Another process is registering with Mattermost.", "Wait for it to end, and try again.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        return new Holder(this, owner);
    }

    private Task<bool> TakeAsync(string owner, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            var now = time.GetUtcNow();
            return await transaction.ExecuteAsync(
                "update registration_lease set owner = @owner, owner_until = @until where id = 1 and (owner is null or owner = @owner or owner_until <= @now)",
                new { owner, until = (now + Length).ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() },
                token) == 1;
        },
        cancellationToken);

    /// <summary>Whoever has its turn.</summary>
    internal sealed class Holder(RegistrationLease lease, string owner) : IAsyncDisposable
    {
        /// <summary>Asks for more time; between two teams, say.</summary>
        /// <exception cref="Refusal">Locked: it ran out, and another process has its turn.</exception>
        internal async Task RenewAsync(CancellationToken cancellationToken)
        {
            if (!await lease.TakeAsync(owner, cancellationToken))
            {
                throw new Refusal(RefusalReason.Locked, "This registration took too long, and another process has gone on with it.", "Run it again: what was done stays done.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await lease.ReleaseAsync(owner);
            }
            catch (Refusal)
            {
                // The state is away; the lease runs out by itself.
            }
        }
    }

    private Task ReleaseAsync(string owner) => state.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("update registration_lease set owner = null, owner_until = 0 where id = 1 and owner = @owner", new { owner }, token),
        CancellationToken.None);
}
