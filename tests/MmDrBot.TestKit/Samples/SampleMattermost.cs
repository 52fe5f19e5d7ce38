namespace MmDrBot.TestKit.Samples;

/// <summary>
/// A Mattermost to protect: a database, a config directory and a data directory that agree with each other, made from a
/// seed. One folder holds <c>config/</c> and <c>data/</c>, as /opt/mattermost does.
/// </summary>
public sealed class SampleMattermost
{
    private readonly SampleModel model;

    private SampleMattermost(SampleState state, string databaseUri, string directory)
    {
        model = new(state.Options);
        State = state;
        DatabaseUri = databaseUri;
        Directory = Path.GetFullPath(directory);
    }

    public SampleState State { get; private set; }

    public string DatabaseUri { get; }

    /// <summary>Holds <see cref="ConfigDirectory"/> and <see cref="DataDirectory"/>.</summary>
    public string Directory { get; }

    public string ConfigDirectory => Path.Combine(Directory, "config");

    public string ConfigFile => Path.Combine(ConfigDirectory, "config.json");

    public string DataDirectory => Path.Combine(Directory, "data");

    /// <summary>Makes a sample in an empty database and a folder without <c>config</c> and <c>data</c>.</summary>
    public static async Task<SampleMattermost> CreateAsync(
        SampleOptions options, string databaseUri, string directory, CancellationToken cancellationToken = default)
    {
        // posts.fileids has room for ten.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Files, options.Posts * 10L);
        var sample = new SampleMattermost(new(options, 0, 0), databaseUri, directory);
        var batch = new SampleBatch(0, options.Posts, 0, options.Files, options.TotalBytes);
        var files = sample.model.Files(batch);
        var data = new SampleData(sample.model, sample.DataDirectory);
        data.WriteSmallFiles();
        await SampleConfig.WriteAsync(sample.ConfigDirectory, databaseUri, options, cancellationToken);
        await Task.WhenAll(
            data.WriteFilesAsync(files, cancellationToken),
            new SampleDatabase(sample.model, databaseUri).CreateAsync(batch, files, cancellationToken));
        await sample.FinishAsync(batch, cancellationToken);

        return sample;
    }

    /// <summary>Finds a sample made earlier, perhaps by another process.</summary>
    public static async Task<SampleMattermost> OpenAsync(string databaseUri, string directory, CancellationToken cancellationToken = default) =>
        new(await SampleDatabase.ReadStateAsync(databaseUri, cancellationToken), databaseUri, directory);

    /// <summary>Adds this share of the first posts and files, 0.01 for one per cent: bytes first, rows after, as the server does.</summary>
    public async Task GrowAsync(double fraction, CancellationToken cancellationToken = default)
    {
        var options = State.Options;
        var batch = new SampleBatch(
            State.Posts, Part(options.Posts), State.Files, Part(options.Files), options.TotalBytes is { } total ? (long)(total * fraction) : null);
        var files = model.Files(batch);
        await new SampleData(model, DataDirectory).WriteFilesAsync(files, cancellationToken);
        await new SampleDatabase(model, DatabaseUri).AddAsync(batch, files, cancellationToken);
        await FinishAsync(batch, cancellationToken);

        int Part(int count) => count == 0 ? 0 : Math.Max(1, (int)(count * fraction));
    }

    private Task FinishAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        State = State with { Posts = batch.FirstPost + batch.Posts, Files = batch.FirstFile + batch.Files };

        return new SampleDatabase(model, DatabaseUri).WriteStateAsync(State, cancellationToken);
    }
}
