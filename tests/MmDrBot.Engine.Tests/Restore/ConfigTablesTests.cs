using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Restore;

/// <summary>A configuration in a database of its own, beside other things there.</summary>
public sealed class ConfigTablesTests : IAsyncLifetime
{
    private const string Select = "SELECT string_agg(id || value || active, ',' ORDER BY id) || (SELECT string_agg(name || data, ',' ORDER BY name) FROM configurationfiles) || (SELECT count(*) FROM db_config_migrations) FROM configurations";
    private readonly string _owner = $"config {Guid.NewGuid():N}"[..20];
    private PostgresServer _server = null!;
    private TestDatabase _config = null!;
    private TestDatabase _data = null!;
    private TestDatabase _target = null!;
    private TestRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        (_config, _data, _target) = (await _server.CreateDatabaseAsync(), await _server.CreateDatabaseAsync(), await _server.CreateDatabaseAsync());
        _repository = await TestRepository.CreateAsync();
        await _data.ExecuteAsync("CREATE TABLE posts AS SELECT 1 AS id");
        await _config.ExecuteAsync($$"""
            CREATE ROLE "{{_owner}}"; CREATE TABLE unrelated AS SELECT generate_series(1, 1000) x; CREATE SEQUENCE unrelated_too;
            CREATE TABLE configurations (id varchar(26) PRIMARY KEY, value text NOT NULL, createat bigint NOT NULL, active boolean UNIQUE, sha char(64) DEFAULT '');
            CREATE TABLE configurationfiles (name varchar(64) PRIMARY KEY, data text NOT NULL, createat bigint NOT NULL, updateat bigint NOT NULL);
            CREATE TABLE db_config_migrations (version bigint PRIMARY KEY, name varchar NOT NULL); INSERT INTO db_config_migrations VALUES (1, 'create_configurations'), (2, 'create_files');
            INSERT INTO configurations VALUES ('old', '{"SqlSettings": {"DriverName": "mysql"} }', 1, NULL), ('new', E'{"SqlSettings": {"DataSource": "a\tb; \\c"} }', 2, true);
            INSERT INTO configurationfiles VALUES ('saml-idp.crt', E'-----BEGIN CERTIFICATE-----\nabc\n', 1, 1);
            ALTER TABLE configurations OWNER TO "{{_owner}}"; GRANT SELECT ON configurations TO PUBLIC;
            """);
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        foreach (var database in new[] { _config, _data, _target })
        {
            await database.DisposeAsync();
        }

        await _server.ExecuteAsync($"""DROP ROLE IF EXISTS "{_owner}" """);
    }

    [Fact]
    public async Task Its_tables_are_saved_and_put_beside_what_the_target_has()
    {
        await _target.ExecuteAsync("CREATE TABLE mine AS SELECT 7 AS x");
        var point = await BackUpAsync();

        Assert.Equal(["configurationfiles", "configurations", "db_config_migrations"], point.Config!.Database!.Tables.Select(table => table.Name));
        Assert.Empty((await _repository.VerifyAsync(point)).Damage);
        Assert.Empty((await _repository.CheckAsync()).Damage);
        var result = await RestoreAsync(point, overwrite: false);

        Assert.Empty(result.Notes);
        Assert.Equal(await _config.ScalarAsync<string>(Select), await _target.ScalarAsync<string>(Select));
        Assert.Equal(_owner, await _target.ScalarAsync<string>("SELECT tableowner::text FROM pg_tables WHERE tablename = 'configurations'"));
        Assert.Equal(7, await _target.ScalarAsync<int>("SELECT x FROM mine"));
        Assert.Equal(4L, await _target.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => _target.ExecuteAsync("INSERT INTO configurations VALUES ('new', '', 0, NULL)"));
    }

    [Fact]
    public async Task A_configuration_that_is_there_is_replaced_only_when_told_and_stays_when_the_restore_fails()
    {
        var point = await BackUpAsync();
        await RestoreAsync(point, overwrite: false);
        await _target.ExecuteAsync("UPDATE configurations SET value = 'mine'");

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point, overwrite: false));
        Assert.Contains("public.configurations", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--overwrite", refusal.Hint, StringComparison.Ordinal);
        await _target.ExecuteAsync("CREATE VIEW depends AS SELECT name FROM configurationfiles");
        await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point, overwrite: true));
        Assert.Equal("mine", await _target.ScalarAsync<string>("SELECT DISTINCT value FROM configurations"));

        await _target.ExecuteAsync("DROP VIEW depends");
        await RestoreAsync(point, overwrite: true);
        Assert.Equal(await _config.ScalarAsync<string>(Select), await _target.ScalarAsync<string>(Select));
    }

    [Fact]
    public async Task It_can_go_into_the_database_that_the_same_restore_makes()
    {
        var point = await BackUpAsync();
        await _server.DropDatabaseAsync(_target.Name);

        await _repository.RestoreAsync(point, new RestoreRequest { Database = _target.Address(), CreateDatabase = true, ConfigDatabase = _target.Address() });

        Assert.Equal(await _config.ScalarAsync<string>(Select), await _target.ScalarAsync<string>(Select));
        Assert.Equal(1L, await _target.ScalarAsync<long>("SELECT count(*) FROM posts"));
    }

    [Fact]
    public async Task Files_and_tables_are_not_taken_for_each_other()
    {
        var point = await BackUpAsync();
        using var directory = new TempDirectory();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(point, new RestoreRequest { ConfigDirectory = directory.File("config") }));
        Assert.Contains("--config postgres://", refusal.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(directory.File("files"));
        var files = await _repository.BackUpFilesAsync(directory.File("files"));
        await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(files, overwrite: false));
    }

    [Fact]
    public async Task A_database_without_a_configuration_is_refused()
    {
        await Assert.ThrowsAsync<EngineException>(() => _repository.BackUpAsync(new BackupSources { ConfigDatabase = _data.Address() }));
    }

    private Task<RestorePoint> BackUpAsync() => _repository.BackUpAsync(new BackupSources { Database = _data.Address(), ConfigDatabase = _config.Address() });

    private Task<RestoreResult> RestoreAsync(RestorePoint point, bool overwrite) => _repository.RestoreAsync(point, new RestoreRequest { ConfigDatabase = _target.Address(), Overwrite = overwrite });
}
