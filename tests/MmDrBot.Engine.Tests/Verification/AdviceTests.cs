using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class AdviceTests
{
    [Theory]
    [InlineData("packs/46/460c is damaged: a blob does not decrypt.", "Damaged pack: ")]
    [InlineData("packs/46/460c has 5 bytes where the index says 6. Restore point ba38d6fa needs it.", "Damaged pack: ")]
    [InlineData("packs/46/460c is missing. Restore point ba38d6fa needs it.", "Missing pack: ")]
    [InlineData("indexes/460c is damaged: its bytes do not have the hash that its name says.", "Index: ")]
    [InlineData("indexes/460c is missing; `mmdr repository rebuild-index` makes a new one from the packs.", "Index: ")]
    [InlineData("manifests/460c is damaged: it does not decrypt.", "Damaged manifest: ")]
    [InlineData("manifests/460c is missing: the restore point was committed and never forgotten.", "Missing manifest: ")]
    [InlineData("keys/460c is damaged: it is no JSON.", "Key slot: ")]
    [InlineData("repository.json is missing; `mmdr repository rebuild-index` writes it again.", "repository.json: ")]
    [InlineData("Blob 9adf is in no index. Restore point ba38d6fa needs it.", "Lost blob: ")]
    [InlineData("Blob 9adf is in no pack that is there.", "Lost blob: ")]
    [InlineData("tombstones/460c is damaged: it does not decrypt.", "Other objects: ")]
    public void Each_kind_of_finding_has_its_own(string finding, string begin) =>
        Assert.StartsWith(begin, Assert.Single(Advice.For([finding])), StringComparison.Ordinal);

    [Fact]
    public void What_goes_for_many_findings_is_said_once() =>
        Assert.Equal(2, Advice.For(["packs/46/a is missing.", "packs/46/b is missing.", "indexes/c is missing"]).Count);
}
