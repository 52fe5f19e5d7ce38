using System.Runtime.Versioning;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public sealed class SqliteStateDatabaseTests() : StateDatabaseTests(StateDatabases.Sqlite())
{
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_can_read_the_file()
    {
        await State.Database.MigrateAsync(CancellationToken.None);

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(State.ConnectionString));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(State.ConnectionString)!));
    }

    [Fact]
    public async Task Every_connection_waits_and_writes_durably()
    {
        Assert.Equal("wal", await PragmaAsync<string>("journal_mode"));
        Assert.Equal(2, await PragmaAsync<long>("synchronous"));
        Assert.Equal(10000, await PragmaAsync<long>("busy_timeout"));
        Assert.Equal(1, await PragmaAsync<long>("foreign_keys"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_as_damaged()
    {
        var path = State.ConnectionString;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, new string('x', 5000));

        var refusal = await Assert.ThrowsAsync<Refusal>(() => State.Database.MigrateAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.Damaged, refusal.Reason);
    }

    [Fact]
    public async Task A_path_that_cannot_be_made_is_refused_as_unavailable()
    {
        await using var database = new StateDatabase("/proc/mmdr/state.db", State.Clock);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => database.MigrateAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_removed_or_replaced_meanwhile_is_noticed_before_anything_is_written(bool replaced)
    {
        await RecordAsync("before");
        File.Move(State.ConnectionString, State.ConnectionString + ".away");
        if (replaced)
        {
            await File.WriteAllBytesAsync(State.ConnectionString, []);
        }

        var refusal = await Assert.ThrowsAsync<Refusal>(() => RecordAsync("into nowhere"));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
        Assert.Contains(replaced ? "was replaced by another file" : "was removed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(replaced, File.Exists(State.ConnectionString));
        File.Move(State.ConnectionString + ".away", State.ConnectionString, overwrite: true);
        await RecordAsync("after");
        Assert.Equal(2, await State.Database.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long>("select count(*) from noted", values: null, token), CancellationToken.None));
    }

    private async Task RecordAsync(string text) => await State.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            await transaction.ExecuteAsync("create table if not exists noted (text text)", values: null, token);
            await transaction.ExecuteAsync("insert into noted values (@text)", new { text }, token);
        },
        CancellationToken.None);

    private Task<T?> PragmaAsync<T>(string name) => State.Database.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<T>($"pragma {name}", values: null, token), CancellationToken.None);
}
