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

    private Task<T?> PragmaAsync<T>(string name) => State.Database.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<T>($"pragma {name}", values: null, token), CancellationToken.None);
}
