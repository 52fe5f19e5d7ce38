using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class VerificationRecordsTests
{
    [Theory]
    [InlineData("", Trust.Taken)]
    [InlineData("structure", Trust.StructureVerified)]
    [InlineData("data structure", Trust.DataVerified)]
    [InlineData("drill data", Trust.Drilled)]
    [InlineData("boot structure", Trust.Booted)]
    [InlineData("drill !data", Trust.Damaged)]
    [InlineData("!data structure", Trust.Damaged)]
    [InlineData("!data data", Trust.DataVerified)]
    [InlineData("boot !structure structure", Trust.StructureVerified)]
    [InlineData("!drill !structure data", Trust.Damaged)]
    [InlineData("!drill !structure drill", Trust.Drilled)]
    [InlineData("!boot data", Trust.Damaged)]
    [InlineData("!boot drill", Trust.Drilled)]
    public void The_best_verification_counts_until_damage_is_found_and_damage_until_as_much_was_found_good(string history, Trust trust)
    {
        var records = history.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Record);

        Assert.Equal(trust, VerificationRecords.TrustOf(records));
    }

    [Fact]
    public async Task A_good_one_of_a_time_to_come_counts_for_nothing_and_never_against_damage_that_was_found_since()
    {
        var repository = await MemoryRepository.CreateAsync();
        var now = repository.Time.GetUtcNow();
        async Task<Trust> TrustAsync(DateTimeOffset at) => VerificationRecords.TrustOf(VerificationRecords.Counting(await VerificationRecords.ReadAllAsync(repository.Repository, static damage => throw damage, CancellationToken.None), at));
        Task WriteAsync(string word, DateTimeOffset at) => VerificationRecords.WriteAsync(repository.Repository, Record(word) with { FinishedAt = at }, CancellationToken.None);
        await WriteAsync("data", now.AddMinutes(-1));
        await WriteAsync("drill", now.AddHours(3));
        Assert.Equal((Trust.DataVerified, Trust.Drilled), (await TrustAsync(now), await TrustAsync(now.AddHours(4))));

        await WriteAsync("!data", now);
        Assert.Equal((Trust.Damaged, Trust.Damaged), (await TrustAsync(now), await TrustAsync(now.AddHours(4))));
        await WriteAsync("data", now.AddMinutes(1));
        Assert.Equal((Trust.DataVerified, Trust.DataVerified), (await TrustAsync(now.AddMinutes(1)), await TrustAsync(now.AddHours(4))));

        // What is damaged is so whichever clock said it.
        await WriteAsync("!structure", now.AddHours(5));
        Assert.Equal(Trust.Damaged, await TrustAsync(now.AddMinutes(1)));

        // Whatever is found good after that proves it wrong, if it looked as far.
        await WriteAsync("!drill", now.AddHours(6));
        await WriteAsync("data", now.AddMinutes(2));
        Assert.Equal(Trust.Damaged, await TrustAsync(now.AddMinutes(2)));
        await WriteAsync("drill", now.AddMinutes(3));
        Assert.Equal((Trust.Drilled, Trust.Drilled), (await TrustAsync(now.AddMinutes(3)), await TrustAsync(now.AddHours(7))));
    }

    private static VerificationRecord Record(string word) => new()
    {
        RestorePoint = default,
        Level = Enum.Parse<VerificationLevel>(word.TrimStart('!'), ignoreCase: true),
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Good = !word.StartsWith('!'),
        Host = "backup1",
        Program = "mmdr test",
    };
}
