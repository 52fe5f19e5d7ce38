using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Commands;
using MmDrBot.Interactions;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Commands;

public sealed class UninvitedRecordsTests : IAsyncLifetime
{
    private readonly StateFixture _state = new(StateDatabases.Sqlite(), services => services.AddSingleton<UninvitedRecords>());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task A_flood_in_one_name_leaves_few_entries_and_nothing_of_the_others_is_lost()
    {
        for (var i = 0; i < 100; i++)
        {
            await RefuseAsync(new string('a', 26));
        }

        await RefuseAsync(new string('b', 26));

        var entries = await EntriesAsync();
        Assert.Equal(11, entries.Count);
        Assert.Contains("\"leftOutBefore\":90", entries[0].DetailJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_in_many_names_leaves_few_entries_too()
    {
        for (var i = 0; i < 300; i++)
        {
            await RefuseAsync($"{i:D26}");
        }

        Assert.InRange((await EntriesAsync()).Count, 1, 120);
    }

    [Fact]
    public async Task What_somebody_calls_themselves_is_not_taken_into_the_record()
    {
        await RefuseAsync("'; drop table jobs; -- **@all**");

        Assert.Equal("unproven:nobody", Assert.Single(await EntriesAsync()).Actor);
    }

    private Task<string> RefuseAsync(string userId) => _state.Get<UninvitedRecords>().RefuseAsync(Uninvited.Forged, null, userId, null, CancellationToken.None);

    private async Task<IReadOnlyList<MmDrBot.Audit.AuditEntry>> EntriesAsync() => [.. (await _state.Audit.ListAsync(null, 1000, CancellationToken.None)).Select(record => record.Entry)];
}
