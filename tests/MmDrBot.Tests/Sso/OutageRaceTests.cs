using MmDrBot.Data;
using MmDrBot.Sso;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

public sealed class OutageRaceTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>
{
    [Fact]
    public async Task Whoever_is_found_again_while_the_outage_closes_is_in_an_open_one()
    {
        var (state, store) = (sso.Get<StateDatabase>(), sso.Get<OutageStore>());
        var outage = await store.FindOpenAsync(SsoFixture.Service, CancellationToken.None);
        Task<(string Id, bool IsReopened)>? ensuring = null;

        await state.InTransactionAsync(
            async (closing, token) =>
            {
                await OutageStore.RequireOpenAsync(closing, outage, token);
                ensuring = state.InTransactionAsync((transaction, cancel) => store.EnsureOpenAsync(transaction, outage, cancel), token);
                await Eventually.IsTrueAsync(async () => ensuring.IsCompleted || await IsWaitedForAsync(state));
                await store.CloseAsync(closing, outage.Id, "somebody", DateTimeOffset.UtcNow, null, keepsSettings: false, token);
            },
            CancellationToken.None);

        var (id, isReopened) = await ensuring!;
        Assert.True(isReopened);
        Assert.True((await store.FindAsync(id, CancellationToken.None))!.IsOpen);
    }

    private static async Task<bool> IsWaitedForAsync(StateDatabase state) => await state.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", null, token), CancellationToken.None) > 0;
}
