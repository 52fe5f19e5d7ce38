namespace MmDrBot.Tests.Cli;

public sealed class ExitCodeTests(CliFixture bench) : IClassFixture<CliFixture>
{
    [Theory]
    [InlineData(2, "bakup")]
    [InlineData(2, "restore")]
    [InlineData(2, "backup", "--only", "everything")]
    [InlineData(2, "restore", "latest")]
    [InlineData(2, "repository")]
    [InlineData(1, "restore-point", "00000000000000")]
    [InlineData(1, "job", "zzzz")]
    [InlineData(0, "--help")]
    [InlineData(0, "backup", "--help")]
    [InlineData(0, "--version")]
    [InlineData(0, "repository", "check")]
    [InlineData(0, "repository", "test")]
    [InlineData(0, "audit")]
    public async Task The_exit_code_tells_what_came_of_it(int code, params string[] arguments)
    {
        var result = await bench.RunAsync(arguments);

        Assert.True(code == result.ExitCode, $"{result.ExitCode}: {result.Error}{result.Output}");
        Assert.Equal(code == 0, result.Error.Length == 0);
    }

    [Theory]
    [InlineData(2, "usage", "bakcup")]
    [InlineData(2, "usage", "verify")]
    [InlineData(2, "invalid", "restore", "latest")]
    [InlineData(1, "not_found", "restore-point", "ffffffff")]
    public async Task A_mistake_is_one_JSON_document(int code, string reason, params string[] arguments) => await bench.RefusedAsync(code, reason, arguments);
}
