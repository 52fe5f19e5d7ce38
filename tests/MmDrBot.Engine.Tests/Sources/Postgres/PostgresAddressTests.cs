using CsCheck;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Tests.Sources.Postgres;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://u:p@h:5433/d?sslmode=disable", "h", "5433", "d", "u", "p")]
    [InlineData("postgresql://u:p%40%3A%2F@h/d", "h", "5432", "d", "u", "p@:/")]
    [InlineData("postgres://u@/d?host=/var/run/postgresql", "/var/run/postgresql", "5432", "d", "u", null)]
    [InlineData("postgres://u:p@[::1]:6000/d", "::1", "6000", "d", "u", "p")]
    [InlineData("postgres://u:p@a:1,b:2/d", "a,b", "1,2", "d", "u", "p")]
    [InlineData("postgres://u:p@h/d?binary_parameters=yes&connect_timeout=10", "h", "5432", "d", "u", "p")]
    [InlineData("postgres://u:a:b@h/d", "h", "5432", "d", "u", "a:b")]
    [InlineData("host=h port=5433 dbname=d user=u password='a \\'b\\\\'", "h", "5433", "d", "u", "a 'b\\")]
    [InlineData("  user = u  password = x\\ y dbname=d ", "localhost", "5432", "d", "u", "x y")]
    public void An_address_is_read_as_Mattermosts_driver_reads_it(string text, string host, string port, string database, string user, string? password)
    {
        var address = PostgresAddress.Parse(text);

        Assert.Equal((host, port, database, user), (address.Host, address.Port, address.Database, address.User));
        Assert.Equal(password, address.Password);
        Assert.DoesNotContain(password ?? "\0", address.ToString() is var shown && password?.Length < 3 ? "" : shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_sslmode_an_encrypted_connection_is_demanded() => Assert.Equal("require", PostgresAddress.Parse("postgres://u@h/d").SslMode);

    [Fact]
    public void Arbitrary_text_is_read_or_refused_and_no_message_repeats_it() =>
        Gen.Select(Gen.OneOf(Gen.Const("postgres://"), Gen.Const("postgresql://"), Gen.Const(""), Gen.Const("host=")), Gen.String[Gen.Char[" -~"], 0, 60]).Sample(
            parts =>
            {
                const string secret = "s3cr3t-s3cr3t";
                try
                {
                    var address = PostgresAddress.Parse($"{parts.Item1}{parts.Item2}:{secret}@{parts.Item2}");
                    return address.Password != secret || !address.ToString().Contains(secret, StringComparison.Ordinal);
                }
                catch (EngineException refusal)
                {
                    return !refusal.Message.Contains(secret, StringComparison.Ordinal);
                }
            },
            iter: 20_000);
}
