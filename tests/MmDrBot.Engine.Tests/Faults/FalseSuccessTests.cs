using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>What looks like a success and is none.</summary>
public sealed class FalseSuccessTests
{
    /// <summary>The content lies where the pack is written, so that writing it changes the original: to whoever compares, the machine's memory is faulty.</summary>
    [Fact]
    public void A_blob_that_does_not_decode_to_what_was_put_in_is_never_stored()
    {
        var buffer = new AlignedBuffer(PackBuilder.BufferSize);
        using var pack = new PackBuilder(TestKey.Create(), buffer);
        using var scratch = new BlobScratch();
        new Random(1).NextBytes(buffer.Span);
        var content = buffer.Span.Slice(ObjectHeader.Length, 20_000);
        var id = TestKey.Create().IdOf(content);

        var failure = default(InvalidDataException);
        try
        {
            pack.Add(id, content, CompressionEffort.Fast, scratch);
        }
        catch (InvalidDataException refused)
        {
            failure = refused;
        }

        Assert.NotNull(failure);
        Assert.True(pack.IsEmpty);
    }

    [Fact]
    public async Task A_pack_that_the_store_lost_is_stored_again_by_the_next_backup()
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        var packs = world.Repository.Store.Objects.Keys.Where(name => name.StartsWith(ObjectNames.Packs, StringComparison.Ordinal)).ToArray();
        await world.Repository.Store.DeleteAsync(packs, CancellationToken.None);
        Assert.NotEmpty((await world.Repository.VerifyAsync(first)).Damage);

        var second = await world.BackUpAsync();

        Assert.NotEqual(0, second.NewBytes);
        Assert.Empty((await world.Repository.VerifyAsync(second)).Damage);
        Assert.Empty((await world.Repository.VerifyAsync(first)).Damage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_table_that_comes_back_with_another_number_of_rows_than_the_manifest_says_ends_the_restore(int more)
    {
        var server = await PostgresServer.SharedAsync();
        await using var source = await server.CreateDatabaseAsync();
        await using var target = await server.CreateDatabaseAsync();
        await source.ExecuteAsync("CREATE TABLE posts AS SELECT i AS id FROM generate_series(1, 1000) i");
        using var repository = await TestRepository.CreateAsync();
        var point = await repository.BackUpAsync(source);
        var table = Assert.Single(point.Database!.Tables);
        var other = point with { Database = point.Database with { Tables = [table with { Rows = table.Rows + more }] } };

        var failure = await Assert.ThrowsAsync<EngineException>(() => repository.RestoreAsync(other, target));

        Assert.Equal(EngineFault.Damaged, failure.Fault);
        Assert.Contains($"posts has 1000 rows where the manifest says {1000 + more}", failure.Message, StringComparison.Ordinal);
    }
}
