using CsCheck;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Tests.Sources.Postgres;

public sealed class PostgresAddressTests
{
    private const string Secret = "s3cr3t-pw";

    [Theory]
    [InlineData("postgres://u:p@h/db", "h", "5432", "u", "p", "db", "require")]
    [InlineData("postgresql://u:p@h:6000/db?sslmode=disable", "h", "6000", "u", "p", "db", "disable")]
    [InlineData("  postgres://u:p@h/db\n", "h", "5432", "u", "p", "db", "require")]
    [InlineData("postgres://u:p%40%2F%3A%25+%20@h/db", "h", "5432", "u", "p@/:%+ ", "db", "require")]
    [InlineData("postgres://u%40x:p@h/d%2Fb", "h", "5432", "u@x", "p", "d/b", "require")]
    [InlineData("postgres://u:p@ss:w#rd@h/db", "h", "5432", "u", "p@ss:w#rd", "db", "require")]
    [InlineData("postgres://u:@h/db", "h", "5432", "u", "", "db", "require")]
    [InlineData("postgres://u:p@/db?host=/var/run/postgresql", "/var/run/postgresql", "5432", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@%2Fvar%2Frun/db", "/var/run", "5432", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@[::1]:5433/db", "::1", "5433", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@[fe80::1]/db", "fe80::1", "5432", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@h1:1,h2:2/db", "h1,h2", "1,2", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@h1,h2:7/db", "h1,h2", "5432,7", "u", "p", "db", "require")]
    [InlineData("postgres://u:p@h1,h2/db", "h1,h2", "5432", "u", "p", "db", "require")]
    [InlineData("postgres://ignored:1/db?host=real&port=2&user=u&password=p", "real", "2", "u", "p", "db", "require")]
    [InlineData("postgres://u@h/db?password=a+b%2B", "h", "5432", "u", "a b+", "db", "require")]
    [InlineData("postgres://u:p@h/db?sslmode=verify-full&connect_timeout=10&binary_parameters=yes&search_path=x", "h", "5432", "u", "p", "db", "verify-full")]
    [InlineData("postgres://u:p@h", "h", "5432", "u", "p", "u", "require")]
    [InlineData("postgres://u:p@h/", "h", "5432", "u", "p", "u", "require")]
    [InlineData("host=h user=u password=p dbname=db", "h", "5432", "u", "p", "db", "require")]
    [InlineData("host = h  user= u\tpassword =p\n dbname=db sslmode=disable", "h", "5432", "u", "p", "db", "disable")]
    [InlineData(@"user=u password='a\'b c\\d' host=h dbname='d b'", "h", "5432", "u", @"a'b c\d", "d b", "require")]
    [InlineData(@"user=u password=a\ b=c host=h dbname=db", "h", "5432", "u", "a b=c", "db", "require")]
    [InlineData("user=u password='' host=/tmp port=6 dbname=db binary_parameters=yes", "/tmp", "6", "u", "", "db", "require")]
    [InlineData("user=u password=p dbname=db", "localhost", "5432", "u", "p", "db", "require")]
    [InlineData("host=::1 user=u password=p dbname=db", "::1", "5432", "u", "p", "db", "require")]
    [InlineData("host=a,b port=1,2 user=u password=p dbname=db", "a,b", "1,2", "u", "p", "db", "require")]
    public void Data_sources_are_read_as_lib_pq_does(string dataSource, string host, string port, string user, string password, string database, string sslMode)
    {
        var address = PostgresAddress.Parse(dataSource);

        Assert.Equal((host, port, user, password, database, sslMode), (address.Host, address.Port, address.User, address.Password, address.Database, address.SslMode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("s3cr3t-pw")]
    [InlineData("mysql://u:s3cr3t-pw@h/db")]
    [InlineData("postgres://u:s3cr3t-pw%@h/db")]
    [InlineData("postgres://u:s3cr3t-pw%zz@h/db")]
    [InlineData("postgres://u:s3cr3t-pw@h:99999/db")]
    [InlineData("postgres://u:s3cr3t-pw@h:0/db")]
    [InlineData("postgres://u:s3cr3t-pw@h:x/db")]
    [InlineData("postgres://u:s3cr3t-pw@h/db?sslmode=s3cr3t-pw")]
    [InlineData("postgres://u:s3cr3t-pw@h/db?flag")]
    [InlineData("postgres://u:1/s3cr3t-pw@h/db")]
    [InlineData("postgres://u:1?s3cr3t-pw@h/db")]
    [InlineData("host=h password=my s3cr3t-pw user=u")]
    [InlineData("host=h password='s3cr3t-pw user=u")]
    [InlineData(@"host=h password=s3cr3t-pw\")]
    [InlineData("host=h port=1,2 password=s3cr3t-pw")]
    public void What_is_no_address_is_refused_without_repeating_it(string dataSource)
    {
        var refusal = Assert.Throws<EngineException>(() => PostgresAddress.Parse(dataSource));

        Assert.Equal(EngineFault.Invalid, refusal.Fault);
        Assert.DoesNotContain(Secret, refusal + refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Arbitrary_text_is_refused_or_read_and_never_shows_its_password()
    {
        string[] pieces = ["postgres://", "postgresql://", "u", ":", "@", "/", "?", "&", "=", "host", "port", "password", "user", "dbname", " ", "'", "\\", "%", "%2F", "%00", "+", ",", "[", "]", "::1", "5432", "#", "é", "\0", "\n", "sslmode=disable", "connect_timeout=", "-1"];
        var text = Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]), Gen.String[0, 3]).Array[0, 14].Select(string.Concat);
        Gen.Select(text, text, Gen.Bool).Sample(
            (before, after, pair) =>
            {
                Try(before + after);
                Try(pair ? $"{before} password='{Secret}' {after}" : $"postgres://u:{Secret}@h/db?{after}");
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("postgres://u:p@[::1]:5433/db", "::1", 5433)]
    [InlineData("postgres://u:p@h1:1,h2:2/db", "h1:1,h2:2", 5432)]
    [InlineData("postgres://u:p@h1,h2:7/db", "h1:5432,h2:7", 5432)]
    [InlineData("postgres://u:p@[::1]:1,[::2]:2/db", "[::1]:1,[::2]:2", 5432)]
    [InlineData("host=/tmp port=6 user=u", "/tmp", 6)]
    public void Npgsql_is_told_the_same_place(string dataSource, string host, int port)
    {
        var builder = new NpgsqlConnectionStringBuilder(PostgresAddress.Parse(dataSource).ToConnectionString("test"));

        Assert.Equal((host, port), (builder.Host, builder.Port));
    }

    [Fact]
    public void Tools_are_told_everything_but_the_password()
    {
        var environment = PostgresAddress.Parse($"postgres://u:{Secret}@h:1/db?sslmode=verify-ca&sslrootcert=/ca&sslcert=/c&sslkey=/k").ToEnvironment().ToDictionary();

        Assert.Equal(("h", "1", "u", "db", "verify-ca", "/ca", "/c", "/k"), (environment["PGHOST"], environment["PGPORT"], environment["PGUSER"], environment["PGDATABASE"], environment["PGSSLMODE"], environment["PGSSLROOTCERT"], environment["PGSSLCERT"], environment["PGSSLKEY"]));
        Assert.DoesNotContain(environment.Values, value => value.Contains(Secret, StringComparison.Ordinal));
    }

    private static void Try(string dataSource)
    {
        try
        {
            var address = PostgresAddress.Parse(dataSource);
            _ = address.ToConnectionString("test");
            _ = address.ToEnvironment().Count();
            if (address.Password == Secret)
            {
                Assert.DoesNotContain(Secret, address.ToString(), StringComparison.Ordinal);
            }
        }
        catch (EngineException refusal)
        {
            Assert.DoesNotContain(Secret, refusal + refusal.Hint, StringComparison.Ordinal);
        }
    }
}
