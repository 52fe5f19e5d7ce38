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
