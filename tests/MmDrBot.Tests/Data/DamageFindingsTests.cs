using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public abstract class DamageFindingsTests : IAsyncLifetime
{
    private const string Point = "p1";
    private readonly StateFixture _state;

    private protected DamageFindingsTests(StateDatabases databases) => _state = new(databases);

    private DamageFindings Findings => _state.Get<DamageFindings>();

    private DateTimeOffset Now => _state.Clock.GetUtcNow();

    [Fact]
    public async Task What_a_check_found_stays_until_one_that_reads_as_much_finds_nothing()
    {
        await CheckedAsync(100, "packs/1 is damaged");
        await CheckedAsync(0, null);
        Assert.Equal(new DamageFinding("offsite", null, 100, Now, "packs/1 is damaged"), Assert.Single(await ListAsync()));

        await CheckedAsync(0, "indexes/2 is missing");
        await CheckedAsync(5, null);
        Assert.NotEmpty(await ListAsync());
        await VerifiedAsync(100, null);
        Assert.NotEmpty(await ListAsync());
        await CheckedAsync(100, null);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task What_a_verification_found_stays_until_one_of_the_same_restore_point_reads_as_much()
    {
        await VerifiedAsync(100, "packs/1 is damaged");
        await VerifiedAsync(0, "indexes/2 is missing");
        await VerifiedAsync(0, null);
        await VerifiedAsync(100, null, "p2");
        Assert.Equal((Point, 100, "indexes/2 is missing"), Assert.Single(await ListAsync()) is var finding ? (finding.Subject, finding.ReadPercent, finding.Damage) : default);

        await VerifiedAsync(100, null);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_check_that_reads_as_much_disproves_what_verifications_found()
    {
        await VerifiedAsync(0, "indexes/2 is missing");
        await VerifiedAsync(100, "packs/1 is damaged", "p2");

        await CheckedAsync(0, null);
        Assert.Equal("p2", Assert.Single(await ListAsync()).Subject);
        await CheckedAsync(100, null);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task What_was_found_goes_with_the_restore_point_and_that_alone()
    {
        await CheckedAsync(100, "packs/3 is damaged");
        await VerifiedAsync(100, "packs/1 is damaged");
        await VerifiedAsync(100, "packs/2 is damaged", "p2");

        await WriteAsync(transaction => DamageFindings.ForgetAsync(transaction, "offsite", Point, CancellationToken.None));

        Assert.Equal([null, "p2"], (await ListAsync()).Select(finding => finding.Subject));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private Task<IReadOnlyList<DamageFinding>> ListAsync() => Findings.ListAsync(CancellationToken.None);

    private Task CheckedAsync(int percent, string? damage) => WriteAsync(transaction => Findings.RecordCheckAsync(transaction, "offsite", percent, damage, Now, CancellationToken.None));

    private Task VerifiedAsync(int percent, string? damage, string point = Point) => WriteAsync(transaction => Findings.RecordAsync(transaction, "offsite", point, percent, damage, Now, CancellationToken.None));

    private Task WriteAsync(Func<StateTransaction, Task> write) => _state.Database.InTransactionAsync((transaction, _) => write(transaction), CancellationToken.None);
}

public sealed class SqliteDamageFindingsTests() : DamageFindingsTests(StateDatabases.Sqlite());

public sealed class PostgresDamageFindingsTests() : DamageFindingsTests(StateDatabases.PostgreSql());
