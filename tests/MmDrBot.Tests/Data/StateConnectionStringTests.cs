using MmDrBot.Access;
using MmDrBot.Data;
using Npgsql;

namespace MmDrBot.Tests.Data;

public sealed class StateConnectionStringTests
{
    [Theory]
    [InlineData("/var/lib/mmdr/state.db")]
    [InlineData("sqlite:/var/lib/mmdr/state.db")]
    [InlineData("sqlite:///var/lib/mmdr/state.db")]
    [InlineData("Data Source=/var/lib/mmdr/state.db")]
    [InlineData("Filename=/var/lib/mmdr/state.db")]
    public void A_path_means_SQLite(string text)
    {
        var parsed = StateConnectionString.Parse(text);

        Assert.Equal(StateDialect.Sqlite, parsed.Dialect);
        Assert.Equal("/var/lib/mmdr/state.db", parsed.Path);
    }

    [Theory]
    [InlineData("Host=db;Port=6543;Username=mm dr;Password=a:b/c;Database=state")]
    [InlineData("postgres://mm%20dr:a%3Ab%2Fc@db:6543/state")]
    [InlineData("postgresql://mm%20dr:a%3Ab%2Fc@db:6543/state?sslmode=verify-full")]
    public void A_host_means_PostgreSQL(string text)
    {
        var parsed = StateConnectionString.Parse(text);
        var builder = new NpgsqlConnectionStringBuilder(parsed.Value);

        Assert.Equal(StateDialect.PostgreSql, parsed.Dialect);
        Assert.Equal(("db", 6543, "mm dr", "a:b/c", "state"), (builder.Host, builder.Port, builder.Username, builder.Password, builder.Database));
        Assert.Equal("mmdr", builder.SearchPath);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":memory:")]
    [InlineData("Password=hunter2;Colour=red")]
    [InlineData("postgres://u:hunter2@db/state?colour=red")]
    [InlineData("postgres://u:hunter2@db:port/state")]
    public void Anything_else_is_refused_without_telling_the_password(string text)
    {
        var refusal = Assert.Throws<Refusal>(() => StateConnectionString.Parse(text));

        Assert.Equal(RefusalReason.Invalid, refusal.Reason);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }
}
