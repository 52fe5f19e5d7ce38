using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Faults;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class DrillTests(DrillBench bench) : IClassFixture<DrillBench>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_good_restore_point_is_proven_and_nothing_of_the_drill_stays(bool throwaway)
    {
        var result = await bench.DrillAsync(throwaway: throwaway);

        Assert.Empty(result.Damage);
        Assert.Empty(result.NotProven);
        Assert.Equal(["rows", "sequences", "large objects", "migrations", "indexes", "posts", "configuration files", "files", "attachments", "configuration", "certificates"], result.Checks.Select(check => check.Name));
        Assert.True(result.RestoreTime > TimeSpan.Zero);
        Assert.Equal(bench.Point.Database!.Tables.Sum(table => table.Rows), result.Restored.Rows);
        Assert.Contains(throwaway ? "throwaway" : "mmdr_drill_", result.Place, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
        Assert.Empty(await bench.ScratchDatabasesAsync());
    }

    [Theory]
    [InlineData("rows", "DELETE FROM reactions WHERE ctid = (SELECT min(ctid) FROM reactions)", "public.reactions has")]
    [InlineData("rows", "UPDATE users SET nickname = 'somebody else' WHERE id = (SELECT min(id) FROM users)", "public.users has other rows")]
    [InlineData("rows", "DROP TABLE preferences CASCADE", "preferences")]
    [InlineData("rows", "TRUNCATE posts", "public.posts has 0 rows")]
    [InlineData("migrations", "DELETE FROM db_migrations WHERE version = (SELECT max(version) FROM db_migrations)", "where the manifest says")]
    [InlineData("indexes", "DO $$ BEGIN EXECUTE (SELECT format('DROP INDEX %s', i.indexrelid::regclass) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname = 'posts' AND NOT i.indisprimary LIMIT 1); END $$", "is missing")]
    [InlineData("indexes", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname = 'posts' LIMIT 1)", "is not valid")]
    [InlineData("indexes", "ALTER TABLE posts DROP CONSTRAINT posts_pkey", "is missing")]
    [InlineData("sequences", "SELECT setval('ticket_numbers', 1000)", "public.ticket_numbers is at 1000 where the manifest says 1001")]
    [InlineData("sequences", "SELECT setval('ticket_numbers', 1001, false)", "public.ticket_numbers is at")]
    [InlineData("sequences", "DROP SEQUENCE ticket_numbers", "ticket_numbers")]
    [InlineData("large objects", "SELECT lo_put(oid, 5, 'x') FROM pg_largeobject_metadata", "other bytes than those that are stored")]
    [InlineData("posts", "UPDATE posts SET channelid = 'nowhere'", "have their author and channel")]
    [InlineData("posts", "DROP TABLE users CASCADE", "users")]
    [InlineData("attachments", "UPDATE fileinfo SET size = size + 1 WHERE id = (SELECT min(id) FROM fileinfo WHERE deleteat = 0 AND path <> '')", "where the database says")]
    public async Task What_is_wrong_in_the_restored_database_fails_the_drill(string check, string damage, string words)
    {
        var result = await bench.DrillAsync(work => DrillBench.ExecuteAsync(work, "SET search_path = public; " + damage));

        var failed = Assert.Single(result.Checks, item => item.Name == check);
        Assert.True(failed.Outcome is CheckOutcome.Failed, failed.Detail);
        Assert.Contains(words, failed.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(result.Damage);
        Assert.Empty(await bench.ScratchDatabasesAsync());
    }

    [Theory]
    [InlineData("a missing attachment", "attachments")]
    [InlineData("a missing file", "files")]
    [InlineData("a shorter file", "files")]
    [InlineData("a changed byte", "files")]
    [InlineData("another link", "files")]
    [InlineData("a torn configuration", "configuration")]
    [InlineData("no configuration", "configuration")]
    [InlineData("a missing certificate", "certificates")]
    [InlineData("a configuration that names another", "certificates")]
    public async Task What_is_wrong_in_the_restored_files_fails_the_drill(string what, string check)
    {
        var result = await bench.DrillAsync(work => DamageAsync(work, what));

        Assert.True(Assert.Single(result.Checks, item => item.Name == check).Outcome is CheckOutcome.Failed, string.Join("\n", result.Checks));
    }

    [Fact]
    public async Task What_is_cut_short_on_the_server_is_told_by_the_backup_and_not_held_against_the_restore_point()
    {
        var path = Path.Combine(bench.Sample.DataDirectory, await bench.FirstAttachmentAsync());
        var whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, whole[..^1]);
        var point = await bench.Repository.BackUpAsync(TestRepository.SourcesOf(bench.Sample));
        await File.WriteAllBytesAsync(path, whole);

        Assert.Equal((0L, 1L), (bench.Point.Files!.OtherSizes, point.Files!.OtherSizes));
        Assert.Contains(point.Warnings, warning => warning.Contains("1 files have another size in the file store than the database says", StringComparison.Ordinal));
        var attachments = (await bench.DrillAsync(point: point)).Checks.Single(check => check.Name == "attachments");
        Assert.Equal(CheckOutcome.Passed, attachments.Outcome);
        Assert.Contains("1 have another size than the database says, as on the server", attachments.Detail, StringComparison.Ordinal);
        var more = (await bench.DrillAsync(point: point with { Files = point.Files with { OtherSizes = 0 } })).Checks.Single(check => check.Name == "attachments");
        Assert.Equal(CheckOutcome.Failed, more.Outcome);
    }

    [Fact]
    public async Task A_manifest_that_says_otherwise_fails_the_drill()
    {
        var database = bench.Point.Database!;
        var posts = database.Tables.Single(table => table.Name == "posts");
        var lies = bench.Point with { Database = database with { Tables = [.. database.Tables.Select(table => table == posts ? table with { Rows = table.Rows + 1 } : table)] } };

        var result = await bench.DrillAsync(point: lies);

        Assert.Contains("rows where the manifest says", Assert.Single(result.Damage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_restore_point_does_not_hold_is_named_as_not_proven()
    {
        var result = await bench.DrillAsync(point: bench.Point with { Config = null, Files = null });

        Assert.Empty(result.Damage);
        Assert.Equal(["files", "configuration"], result.Checks.Where(check => check.Outcome is CheckOutcome.NotProven).Select(check => check.Name));
    }

    [Fact]
    public async Task A_drill_of_files_alone_needs_no_database()
    {
        var result = await bench.DrillAsync(point: bench.Point with { Config = null, Database = null });

        Assert.Empty(result.Damage);
        Assert.Null(result.Place);
        Assert.Equal(CheckOutcome.Passed, Assert.Single(result.Checks, check => check.Name == "files").Outcome);
    }

    [Fact]
    public async Task A_drill_that_was_stopped_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.DrillAsync(_ => stop.CancelAsync(), throwaway: true, cancellationToken: stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
        Assert.Empty(await bench.ScratchDatabasesAsync());
    }

    [Fact]
    public async Task Without_room_nothing_is_begun()
    {
        var huge = bench.Point with { Files = bench.Point.Files! with { Bytes = long.MaxValue / 8 } };

        var refusal = await Assert.ThrowsAsync<EngineException>(() => bench.DrillAsync(point: huge));

        Assert.Equal(EngineFault.Unavailable, refusal.Fault);
        Assert.Contains("are free", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nor_without_room_for_the_database_where_that_would_be(bool throwaway)
    {
        var database = bench.Point.Database!;
        var huge = bench.Point with { Database = database with { PreData = database.PreData with { Size = 1L << 58 } } };

        var refusal = await Assert.ThrowsAsync<EngineException>(() => bench.DrillAsync(point: huge, throwaway: throwaway));

        Assert.Contains("Nothing was written.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(throwaway ? "MMDR_Drills__Directory" : "MMDR_Drills__DatabaseUrl", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(throwaway, refusal.Message.Contains(bench.Scratch, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
        Assert.Empty(await bench.ScratchDatabasesAsync());
    }

    [SmallFileSystemFact]
    public async Task A_disk_that_is_too_small_is_seen_before_anything_is_written_to_it()
    {
        await using var disk = await SmallFileSystem.CreateAsync(64);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => bench.DrillAsync(directory: disk.Path));

        Assert.Equal(EngineFault.Unavailable, refusal.Fault);
        Assert.Contains("67 MB are free. Nothing was written.", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
        await disk.ResizeAsync(512);
        Assert.Empty((await bench.DrillAsync(directory: disk.Path)).Damage);
    }

    [Fact]
    public async Task A_server_older_than_the_one_that_was_backed_up_is_refused()
    {
        var newer = bench.Point with { Database = bench.Point.Database! with { ServerVersion = "99.1" } };

        foreach (var throwaway in new[] { false, true })
        {
            var refusal = await Assert.ThrowsAsync<EngineException>(() => bench.DrillAsync(point: newer, throwaway: throwaway));
            Assert.Contains("PostgreSQL 99", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("MMDR_Drills__DatabaseUrl", refusal.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_killed_drill_left_the_next_one_removes_and_a_living_one_is_left_alone()
    {
        // What a killed one leaves: a database and a directory, and nobody who holds their locks.
        var dead = "mmdr_drill_00112233445566aa";
        await ExecuteOnServerAsync($"CREATE DATABASE {dead}");
        Directory.CreateDirectory(Path.Combine(bench.Scratch, dead, "content"));
        await File.WriteAllTextAsync(Path.Combine(bench.Scratch, dead + ".lock"), "");

        IReadOnlyList<string> during = [];
        var result = await bench.DrillAsync(async work =>
        {
            // A second drill beside it removes nothing of the first one's.
            var second = await bench.DrillAsync();
            Assert.Empty(second.Damage);
            during = await bench.ScratchDatabasesAsync();
            Assert.True(Directory.Exists(work.Scratch.Root));
        });

        Assert.Empty(result.Damage);
        Assert.Single(during);
        Assert.Equal(2, result.Notes.Count(note => note.Contains(dead, StringComparison.Ordinal)));
        Assert.Empty(await bench.ScratchDatabasesAsync());
        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
    }

    private async Task ExecuteOnServerAsync(string sql)
    {
        await using var connection = await Engine.Sources.Postgres.PostgresConnection.OpenAsync(bench.Server, CancellationToken.None);
        await Engine.Sources.Postgres.PostgresConnection.ExecuteAsync(connection, sql, CancellationToken.None);
    }

    private static async Task DamageAsync(DrillWork work, string what)
    {
        var attachment = Directory.GetFiles(work.Scratch.Files, "*", SearchOption.AllDirectories).First(file => file.Contains("/channels/", StringComparison.Ordinal) && !file.Contains("_thumb", StringComparison.Ordinal) && !file.Contains("_preview", StringComparison.Ordinal));
        switch (what)
        {
            case "a missing attachment":
                File.Delete(attachment);
                break;
            case "a missing file":
                File.Delete(Directory.GetFiles(work.Scratch.Files, "profile.png", SearchOption.AllDirectories)[0]);
                break;
            case "a shorter file":
                await using (var file = File.OpenWrite(attachment))
                {
                    file.SetLength(file.Length - 1);
                }

                break;
            case "a changed byte":
                var bytes = await File.ReadAllBytesAsync(attachment);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(attachment, bytes);
                break;
            case "another link":
                File.Delete(attachment);
                File.CreateSymbolicLink(attachment, "/etc/hostname");
                break;
            case "a torn configuration":
                await File.WriteAllTextAsync(Path.Combine(work.Scratch.Config, "config.json"), "{\"SqlSettings\":{");
                break;
            case "a missing certificate":
                File.Delete(Path.Combine(work.Scratch.Config, "saml-idp.crt"));
                break;
            case "a configuration that names another":
                var config = Path.Combine(work.Scratch.Config, "config.json");
                await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("saml-idp.crt", "saml-other.crt", StringComparison.Ordinal));
                break;
            default:
                File.Delete(Path.Combine(work.Scratch.Config, "config.json"));
                break;
        }
    }
}
