namespace MmDrBot.TestKit.Samples;

/// <summary>The posts and files that one step adds: everything at first, a per cent later.</summary>
internal sealed record SampleBatch(int FirstPost, int Posts, int FirstFile, int Files, long? TotalBytes)
{
    /// <summary>The post that a file hangs on; files are spread evenly over the batch's posts.</summary>
    public int PostOf(int file) => FirstPost + (int)((long)(file - FirstFile) * Posts / Files);

    /// <summary>The files that hang on a post: a range of numbers, mostly empty.</summary>
    public (int First, int End) FilesOf(int post) => (FirstFileAt(post), FirstFileAt(post + 1));

    private int FirstFileAt(int post) =>
        Files == 0 ? FirstFile : FirstFile + (int)((((long)(post - FirstPost) * Files) + Posts - 1) / Posts);
}
