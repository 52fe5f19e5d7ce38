using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Restore;

/// <summary>Roles that the target lacks or may not be given to, by whatever name and in whatever language the server complains.</summary>
public sealed class RolesTests : IAsyncLifetime
{
    private readonly string _owner = $"owner {Guid.NewGuid():N}"[..20];
    private readonly string _reader = $"reader {Guid.NewGuid():N}"[..20];
    private PostgresServer _server = null!;
    private TestDatabase _source = null!;
    private TestDatabase _target = null!;
    private TestRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        (_source, _target) = (await _server.CreateDatabaseAsync(), await _server.CreateDatabaseAsync());
        _repository = await TestRepository.CreateAsync();
        await _source.ExecuteAsync($"""
            CREATE ROLE "{_owner}"; CREATE ROLE "{_reader}";
            CREATE TABLE t (id serial, x int); INSERT INTO t (x) VALUES (1), (2); ALTER TABLE t OWNER TO "{_owner}"; GRANT SELECT ON t TO "{_reader}";
            CREATE SEQUENCE a_first; CREATE TABLE u (x int DEFAULT nextval('a_first')); ALTER SEQUENCE a_first OWNED BY u.x; ALTER TABLE u OWNER TO "{_owner}";
            ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY for_all ON t USING (x > 0); CREATE POLICY for_reader ON t TO "{_reader}" USING (x > 1); COMMENT ON POLICY for_all ON t IS 'all';
            CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ begin return 'it''s; '; end $f$; ALTER FUNCTION f() OWNER TO "{_owner}"; COMMENT ON SCHEMA public IS 'a comment';
            """);
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        await _server.ExecuteAsync($"""DROP ROLE IF EXISTS "{_owner}"; DROP ROLE IF EXISTS "{_reader}" """);
    }

    [Fact]
    public async Task A_superuser_brings_everything_back_as_it_was()
    {
        var result = await RestoreAsync();

        Assert.Empty(result.Notes);
        Assert.Equal(await PgDump.DumpAsync(_source.Uri), await PgDump.DumpAsync(_target.Uri));
    }

    [Theory]
    [InlineData("C", "does not exist")]
    [InlineData("de_DE.UTF-8", "existiert nicht")]
    public async Task Missing_roles_are_noted_in_every_language(string language, string words)
    {
        var point = await _repository.BackUpAsync(_source);
        await _server.DropDatabaseAsync(_source.Name);
        await _server.ExecuteAsync($"""DROP ROLE "{_owner}", "{_reader}" """);
        await _server.ExecuteAsync($"""ALTER DATABASE "{_target.Name}" SET lc_messages TO '{language}'""");

        var result = await _repository.RestoreAsync(point, _target);

        Assert.Contains(result.Notes, note => note.Contains(_owner, StringComparison.Ordinal) && note.Contains(words, StringComparison.Ordinal) && note.EndsWith("(what it owned belongs to mmdr now)", StringComparison.Ordinal));
        Assert.Contains(result.Notes, note => note.Contains("GRANT SELECT ON TABLE public.t", StringComparison.Ordinal));
        Assert.Contains(result.Notes, note => note.Contains("CREATE POLICY for_reader", StringComparison.Ordinal));
        Assert.Equal(3, result.Notes.Count);
        Assert.Equal("for_all: all", await _target.ScalarAsync<string>("SELECT string_agg(polname || ': ' || obj_description(oid), ',') FROM pg_policy"));
        Assert.Equal(2L, await _target.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task An_owner_of_the_database_who_is_no_superuser_keeps_what_it_may_not_give_away()
    {
        var user = $"plain{Guid.NewGuid():N}"[..20];
        await _server.ExecuteAsync($"""CREATE ROLE "{user}" LOGIN PASSWORD 'secret'; ALTER DATABASE "{_target.Name}" OWNER TO "{user}" """);
        var point = await _repository.BackUpAsync(_source);

        var result = await _repository.RestoreAsync(point, new RestoreRequest { Database = _target.Address() with { User = user, Password = "secret" } });

        Assert.Contains(result.Notes, note => note.Contains($"belongs to {user} now", StringComparison.Ordinal));
        Assert.Equal(user, await _target.ScalarAsync<string>("SELECT tableowner::text FROM pg_tables WHERE tablename = 't'"));
        Assert.Equal(2L, await _target.ScalarAsync<long>("SELECT count(*) FROM pg_policy"));
        Assert.True(await _target.ScalarAsync<bool>($"""SELECT has_table_privilege('{_reader}', 't', 'SELECT')"""));
        await _server.DropDatabaseAsync(_target.Name);
        await _server.ExecuteAsync($"""DROP ROLE "{user}" """);
    }

    private async Task<RestoreResult> RestoreAsync() => await _repository.RestoreAsync(await _repository.BackUpAsync(_source), _target);
}
