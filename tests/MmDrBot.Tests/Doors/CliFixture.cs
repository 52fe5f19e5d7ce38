using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Tests.Doors;

/// <summary>A Mattermost to protect, an empty repository, and the program with the settings for both.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    internal const string Passphrase = "correct-horse-battery-staple";

    internal TempDirectory Directory { get; } = new();

    internal PostgresServer Server { get; private set; } = null!;

    internal TestDatabase Database { get; private set; } = null!;

    internal SampleMattermost Sample { get; private set; } = null!;

    internal Dictionary<string, string> Environment { get; } = [];

    internal MmdrProcess Mmdr => new(Environment);

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.SharedAsync();
        Database = await Server.CreateDatabaseAsync();
        Sample = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 300, Files = 30, TotalBytes = 20_000_000 }, Database.Uri, Directory.Subdirectory("mattermost"));
        Environment["MMDR_Mattermost__Directory"] = Sample.Directory;
        Environment["MMDR_Repository__Url"] = $"file://{Directory.File("repository")}";
        Environment["MMDR_Repository__PassphraseFile"] = Directory.File("passphrase");
        Environment["MMDR_ConnectionStrings__State"] = Directory.File("state/state.db");
        await File.WriteAllTextAsync(Directory.File("passphrase"), Passphrase + "\n");
        await Mmdr.JsonAsync("repository", "init");
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Dispose();
    }

    /// <summary>The same program with some settings changed.</summary>
    internal MmdrProcess With(params (string Name, string Value)[] changes)
    {
        var environment = new Dictionary<string, string>(Environment);
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return new MmdrProcess(environment);
    }

    /// <summary>The address of a database that does not exist yet.</summary>
    internal string NewDatabase(string name) => PostgresUri.WithDatabase(Server.Uri, name) + "?sslmode=disable";
}
