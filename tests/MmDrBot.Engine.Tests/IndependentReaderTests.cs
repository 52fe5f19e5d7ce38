using System.Text;
using System.Text.Json;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests;

/// <summary>eng/read-repository.py knows docs/design.md only; what it restores proves that the page is enough.</summary>
public sealed class IndependentReaderTests
{
    [Fact]
    public async Task A_whole_Mattermost_comes_back_equal_from_each_of_two_restore_points()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var sample = await SampleMattermost.CreateAsync(new SampleOptions(), database.Uri, directory);
        FileTree.Typical().File("huge.bin", size: 9_500_000).Build(sample.DataDirectory);
        await database.ExecuteAsync("SELECT lo_from_bytea(4711, convert_to(repeat('large object', 900000), 'UTF8')), lo_create(4712)");
        var reader = new Reader(repository, directory);

        var first = await repository.BackUpAsync(TestRepository.SourcesOf(sample));
        var before = await Content.OfAsync(sample);
        await sample.GrowAsync(0.1);
        var second = await repository.BackUpAsync(TestRepository.SourcesOf(sample));
        var after = await Content.OfAsync(sample);

        Assert.InRange(second.NewBytes, 1, first.NewBytes / 3);
        Assert.Equal([first.Id.ToString(), second.Id.ToString()], await reader.IdsAsync());
        await AssertRestoresAsync(first.Id.ToString(), before);
        await AssertRestoresAsync("latest", after);
        await reader.RunAsync(0, "check");

        async Task AssertRestoresAsync(string point, Content expected)
        {
            var output = directory.File("restored " + point);
            await using var target = await server.CreateDatabaseAsync();
            await reader.RunAsync(0, "restore", point, "--output", output);
            await reader.RunAsync(0, "restore-database", point, "--database", target.Uri);

            Assert.Empty(expected.Files.DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "files"))));
            Assert.Empty(expected.Config.DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "config"))));
            Assert.Equal(expected.Database, await PgDump.DumpAsync(target.Uri));
            Assert.Equal(expected.Settings, await Content.SettingsOfAsync(target.Uri));
        }
    }

    [Fact]
    public async Task The_database_as_files_holds_every_row()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var sample = await SampleMattermost.CreateAsync(new SampleOptions(), database.Uri, directory);
        await database.ExecuteAsync("SELECT lo_from_bytea(4711, 'content')");
        await repository.BackUpAsync(TestRepository.SourcesOf(sample));

        await new Reader(repository, directory).RunAsync(0, "restore", "latest", "--output", directory.File("restored"));

        var folder = directory.File("restored/database");
        using var tables = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "tables.json")));
        Assert.All(tables.RootElement.EnumerateArray(), table =>
            Assert.Equal(table.GetProperty("rows").GetInt64(), File.ReadLines(Path.Combine(folder, table.GetProperty("file").GetString()!)).LongCount()));
        Assert.Contains("public.posts.copy", Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(folder, "large-objects/4711")));
        Assert.Contains("-- PostgreSQL database dump", await Tool.RunAsync("pg_restore", ["--file=-", Path.Combine(folder, "pre-data.dump")]), StringComparison.Ordinal);
        Assert.Contains("setval('\"odd \"\"name\"\"\".\"ticket_numbers\"', 1063, true)", await File.ReadAllTextAsync(Path.Combine(folder, "sequences.sql")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_key_opens_the_repository_however_it_is_typed()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        var (_, key) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);

        foreach (var typed in new[] { key, key.ToLowerInvariant().Replace('-', ' ') + "\r\n" })
        {
            var output = directory.File($"restored {typed.Length}");
            await new Reader(repository, directory, typed).RunAsync(0, "restore", "latest", "--output", output);

            Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "files"))));
        }
    }

    [Fact]
    public async Task A_wrong_passphrase_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);

        var error = await new Reader(repository, directory, "incorrect").RunAsync(1, "list");

        Assert.Contains("wrong passphrase", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_key_slots_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        Directory.Delete(Path.Combine(repository.Root, "keys"), recursive: true);

        var error = await new Reader(repository, directory).RunAsync(1, "list");

        Assert.Contains("no key slot is left", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_slot_that_went_without_a_tombstone_is_told_by_its_name()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var (slot, _) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);
        await BackUpAsync(repository, directory);
        var reader = new Reader(repository, directory);
        await reader.RunAsync(0, "check");
        File.Delete(Path.Combine(repository.Root, $"keys/{slot}"));

        var error = await reader.RunAsync(3, "check");

        Assert.Contains($"keys/{slot} is missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_key_slot_and_a_forgotten_restore_point_are_no_damage()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var (slot, _) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);
        var forgotten = await BackUpAsync(repository, directory);
        var kept = await repository.BackUpFilesAsync(directory.File("data"));

        await RepositoryAccess.RemoveKeySlotAsync(repository.Repository, slot.ToString(), "test", TimeProvider.System, CancellationToken.None);
        await ForgetRestorePoint.RunAsync(repository.Repository, forgotten.Id, "test", TimeProvider.System, CancellationToken.None);

        var reader = new Reader(repository, directory);
        Assert.Equal([kept.Id.ToString()], await reader.IdsAsync());
        await reader.RunAsync(0, "check");
    }

    [Fact]
    public async Task A_pruned_repository_restores_and_checks()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var forgotten = await BackUpAsync(repository, directory);
        File.Delete(directory.File("data/huge.bin"));
        await repository.BackUpFilesAsync(directory.File("data"));
        await ForgetRestorePoint.RunAsync(repository.Repository, forgotten.Id, "test", TimeProvider.System, CancellationToken.None);
        var reader = new Reader(repository, directory);

        for (var run = 0; run < 2; run++)
        {
            await new Pruner(repository.Repository, TimeProvider.System).RunAsync(new PruneRequest { MinimumAge = TimeSpan.Zero }, CancellationToken.None);
            await reader.RunAsync(0, "check");
        }

        await reader.RunAsync(0, "restore", "latest", "--output", directory.File("restored"));
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }

    [Fact]
    public async Task A_list_of_blobs_may_be_cut_within_an_id()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var content = Enumerable.Range(0, 50).Select(number => Encoding.ASCII.GetBytes($"piece {number} ")).ToArray();

        await CommitFilesAsync(repository, async blobs =>
        {
            var ids = await StoreAllAsync(blobs, content);
            var lists = await StoreAllAsync(blobs, ids.Chunk(1000));
            var root = await blobs.StoreAsync(lists, CompressionEffort.Thorough);
            return [new FileEntry { Path = "deep.txt", Type = "f", Size = content.Sum(piece => piece.Length), Depth = 2, Root = root }];
        });

        var reader = new Reader(repository, directory);
        await reader.RunAsync(0, "check");
        await reader.RunAsync(0, "restore", "latest", "--output", directory.File("restored"));
        Assert.Equal(content.SelectMany(piece => piece), await File.ReadAllBytesAsync(directory.File("restored/files/deep.txt")));
        await repository.RestoreAsync(Assert.Single(await repository.Repository.RestorePointsAsync(CancellationToken.None)), new RestoreRequest { FilesDirectory = directory.File("by engine") });
        Assert.Equal(content.SelectMany(piece => piece), await File.ReadAllBytesAsync(directory.File("by engine/deep.txt")));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/mmdr-escaped")]
    [InlineData("link/escaped")]
    [InlineData("link")]
    [InlineData("a//b")]
    public async Task A_path_that_leaves_the_output_directory_is_refused(string path)
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var outside = directory.Subdirectory("outside");
        await CommitFilesAsync(repository, async blobs =>
        {
            var root = await blobs.StoreAsync("content"u8, CompressionEffort.Thorough);
            return
            [
                new FileEntry { Path = "link", Type = "l", Target = outside },
                new FileEntry { Path = path, Type = "f", Size = 7, Root = root },
                new FileEntry { Path = "zz", Type = "f", Size = 7, Root = root },
            ];
        });

        await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal(["files"], Directory.EnumerateFileSystemEntries(directory.File("restored")).Select(Path.GetFileName));
        Assert.Equal(["link", "zz"], Directory.EnumerateFileSystemEntries(directory.File("restored/files")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_lost_descriptor_is_made_up_for_by_a_key_slot()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        File.Delete(Path.Combine(repository.Root, "repository.json"));

        var error = await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Contains("repository.json is missing", error, StringComparison.Ordinal);
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }

    [Fact]
    public async Task A_newer_format_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        var descriptor = Path.Combine(repository.Root, "repository.json");
        await File.WriteAllTextAsync(descriptor, (await File.ReadAllTextAsync(descriptor)).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));

        var error = await new Reader(repository, directory).RunAsync(1, "list");

        Assert.Contains("format version 2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_bit_is_found_and_the_object_named()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        var reader = new Reader(repository, directory);

        foreach (var path in new[] { "packs", "indexes", "manifests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(repository.Root, folder), "*", SearchOption.AllDirectories)))
        {
            var intact = await File.ReadAllBytesAsync(path);
            var broken = intact.ToArray();
            broken[broken.Length / 2] ^= 1;
            await WriteAsync(path, broken);

            var error = await reader.RunAsync(3, "check");

            Assert.Contains(Path.GetRelativePath(repository.Root, path), error, StringComparison.Ordinal);
            await WriteAsync(path, intact);
        }
    }

    [Fact]
    public async Task Of_a_damaged_repository_all_other_files_come_back()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        var largest = await BreakLargestPackAsync(repository);

        var error = await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Contains($".bin: {largest}: blob ", error, StringComparison.Ordinal);
        var lost = TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files")));
        Assert.StartsWith("missing: ", Assert.Single(lost), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_damaged_table_no_part_is_committed()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t AS SELECT n, md5(n::text) || md5((-n)::text) AS text FROM generate_series(1, 200000) n");
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        await repository.BackUpAsync(new BackupSources { Database = PostgresAddress.Parse(database.Uri + "?sslmode=disable") });
        var largest = await BreakLargestPackAsync(repository);
        await using var target = await server.CreateDatabaseAsync();

        var error = await new Reader(repository, directory).RunAsync(3, "restore-database", "latest", "--database", target.Uri);

        Assert.Contains(largest, error, StringComparison.Ordinal);
        Assert.Equal(0L, await target.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_refused()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t ()");
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        await repository.BackUpAsync(new BackupSources { Database = PostgresAddress.Parse(database.Uri + "?sslmode=disable") });

        var error = await new Reader(repository, directory).RunAsync(1, "restore-database", "latest", "--database", database.Uri);

        Assert.Contains("not empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_indexes_cost_nothing_but_time()
    {
        using var directory = new TempDirectory();
        using var repository = await BackedUpAsync(directory);
        Directory.Delete(Path.Combine(repository.Root, "indexes"), recursive: true);

        await new Reader(repository, directory).RunAsync(0, "restore", "latest", "--output", directory.File("restored"));

        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }

    private static async Task<TestRepository> BackedUpAsync(TempDirectory directory)
    {
        var repository = await TestRepository.CreateAsync();
        await BackUpAsync(repository, directory);

        return repository;
    }

    private static Task<RestorePoint> BackUpAsync(TestRepository repository, TempDirectory directory)
    {
        FileTree.Typical().File("huge.bin", size: 9_500_000).Build(directory.File("data"));

        return repository.BackUpFilesAsync(directory.File("data"));
    }

    /// <summary>Commits a restore point with files that no backup would make.</summary>
    private static async Task CommitFilesAsync(TestRepository repository, Func<BlobWriter, Task<FileEntry[]>> store)
    {
        var inner = repository.Repository;
        await using var blobs = new BlobWriter(inner.Store, inner.Key, new BlobIndex(), CancellationToken.None);
        var entries = await store(blobs);
        var lines = entries.SelectMany(entry => JsonSerializer.SerializeToUtf8Bytes(entry, ManifestJson.Options).Append((byte)'\n')).ToArray();
        var list = new StreamRef(lines.Length, 0, await blobs.StoreAsync(lines, CompressionEffort.Thorough));
        await blobs.CompleteAsync();
        var index = await inner.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], blobs.Written).ToBytes(), CancellationToken.None);
        await inner.WriteJsonAsync(ObjectKind.Manifest, new RestorePoint
        {
            Repository = inner.Id,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishedAt = DateTimeOffset.UtcNow,
            Host = "test",
            Program = "test",
            State = RestorePointState.Complete,
            Indexes = [index],
            Files = new FilesComponent("local", "/", "copy", entries.Length, entries.Sum(entry => entry.Size), list, [], 0, []),
        }, CancellationToken.None);
    }

    /// <summary>Stores pieces of content, and gives back their ids, joined.</summary>
    private static async Task<byte[]> StoreAllAsync(BlobWriter blobs, IEnumerable<byte[]> pieces)
    {
        var ids = new List<byte>();
        foreach (var piece in pieces)
        {
            ids.AddRange(Convert.FromHexString((await blobs.StoreAsync(piece, CompressionEffort.Thorough)).ToString()));
        }

        return [.. ids];
    }

    /// <summary>Flips a bit in the middle, and gives back the pack's name.</summary>
    private static async Task<string> BreakLargestPackAsync(TestRepository repository)
    {
        var path = new DirectoryInfo(Path.Combine(repository.Root, "packs")).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.FullName;
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await WriteAsync(path, bytes);

        return Path.GetRelativePath(repository.Root, path);
    }

    // Stored objects may be read-only.
    private static async Task WriteAsync(string path, byte[] bytes)
    {
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
    }

    private sealed record Content(TreeSnapshot Files, TreeSnapshot Config, string Database, string Settings)
    {
        public static async Task<Content> OfAsync(SampleMattermost sample) => new(
            TreeSnapshot.Of(sample.DataDirectory),
            TreeSnapshot.Of(sample.ConfigDirectory),
            await PgDump.DumpAsync(sample.DatabaseUri),
            await SettingsOfAsync(sample.DatabaseUri));

        public static Task<string> SettingsOfAsync(string uri) => Tool.RunAsync("psql", [
            $"--dbname={uri}", "--no-psqlrc", "--tuples-only",
            "--command=SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database() ORDER BY 1"]);
    }

    private sealed class Reader(TestRepository repository, TempDirectory directory, string secret = TestRepository.Passphrase)
    {
        /// <summary>Runs the reader, which has to end with the exit code, and returns what it wrote to standard error.</summary>
        public async Task<string> RunAsync(int exitCode, params string[] arguments)
        {
            var result = await StartAsync(arguments);
            Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Error}");

            return result.Error;
        }

        public async Task<IReadOnlyList<string>> IdsAsync()
        {
            var result = await StartAsync("list");
            Assert.Equal(0, result.ExitCode);

            return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)];
        }

        private async Task<ToolResult> StartAsync(params string[] arguments)
        {
            var file = directory.File("passphrase");
            await File.WriteAllTextAsync(file, secret);

            return await Tool.TryRunAsync("/usr/bin/python3", [RepositoryRoot.File("eng/read-repository.py"), repository.Root, "--passphrase-file", file, .. arguments]);
        }
    }
}
