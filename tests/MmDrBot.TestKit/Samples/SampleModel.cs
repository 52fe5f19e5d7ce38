namespace MmDrBot.TestKit.Samples;

/// <summary>Says of each thing what it is from its number alone, so that rows and files can be written in parallel and later.</summary>
internal sealed class SampleModel(SampleOptions options)
{
    public const long Start = 1_700_000_000_000; // 2023-11-14
    private const long Year = 365L * 24 * 3600 * 1000;
    private static readonly string[] Incompressible = ["png", "jpg", "mp4", "zip", "pdf", "docx"];
    private static readonly string[] Compressible = ["txt", "log", "csv", "json"];
    private static readonly string[] Names = ["screenshot", "photo from the fair", "Bericht März", "report (final)", "build", "画像", "notes.old"];

    public SampleOptions Options => options;

    public string TeamId => SampleIds.Make(options.Seed, SampleKind.Team, 0);

    public string UserId(int user) => SampleIds.Make(options.Seed, SampleKind.User, user);

    public string ChannelId(int channel) => SampleIds.Make(options.Seed, SampleKind.Channel, channel);

    public string PostId(int post) => SampleIds.Make(options.Seed, SampleKind.PostId, post);

    public string FileId(int file) => SampleIds.Make(options.Seed, SampleKind.FileId, file);

    /// <summary>Milliseconds since 1970; the first batch spans a year, later ones go on at the same pace.</summary>
    public long CreateAt(int post) => Start + (long)((double)Year * post / Math.Max(1, options.Posts));

    /// <summary>Every fifth post answers one of the three before it.</summary>
    public int? RootOf(int post) => post % 5 == 4 ? post - 1 - (post / 5 % 3) : null;

    /// <summary>Few channels and few people write most.</summary>
    public string ChannelOf(int post) => ChannelId(Skewed(RootOf(post) ?? post, 1, options.Channels));

    public string AuthorOf(int post) => UserId(Skewed(post, 2, options.Users));

    /// <summary>The files of a batch; their sizes are log-normal and add up to the batch's total where it has one.</summary>
    public IReadOnlyList<SampleFile> Files(SampleBatch batch)
    {
        var sizes = new double[batch.Files];

        for (var i = 0; i < sizes.Length; i++)
        {
            var random = SampleRandom.For(options.Seed, SampleKind.File, batch.FirstFile + i);
            sizes[i] = Math.Min(random.NextLogNormal(12_000, 1.6), 50_000_000);
        }

        var scale = batch.TotalBytes is { } total && sizes.Length > 0 ? total / sizes.Sum() : 1;

        return [.. sizes.Select((size, i) => File(batch, batch.FirstFile + i, (long)(size * scale)))];
    }

    private SampleFile File(SampleBatch batch, int number, long size)
    {
        var random = SampleRandom.For(options.Seed, SampleKind.File, number + 0x40000000L);
        var compressible = !random.Chance(options.Incompressible);
        var kinds = compressible ? Compressible : Incompressible;
        var extension = kinds[random.Next(kinds.Length)];
        var post = batch.PostOf(number);
        var image = extension is "png" or "jpg";

        return new(
            number, FileId(number), post, AuthorOf(post), ChannelOf(post), CreateAt(post), $"{Names[random.Next(Names.Length)]} {number}.{extension}",
            image ? $"image/{extension}" : compressible ? "text/plain" : "application/octet-stream", size, compressible, image && options.Thumbnails);
    }

    private int Skewed(int post, int stream, int count)
    {
        var share = SampleRandom.For(options.Seed, SampleKind.Post, ((long)stream << 40) | (uint)post).NextDouble();

        return (int)(share * share * count);
    }
}
