using MmDrBot.TestKit.Files;

namespace MmDrBot.TestKit.Samples;

/// <summary>The sample's data directory, as Mattermost's local file store keeps it: files 0600, folders 0750.</summary>
internal sealed class SampleData(SampleModel model, string directory)
{
    private const int BlockSize = 1 << 20;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    public Task WriteFilesAsync(IReadOnlyList<SampleFile> files, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(files, cancellationToken, (file, _) =>
        {
            WriteFile(file);

            return ValueTask.CompletedTask;
        });

    /// <summary>What lies beside the attachments: pictures, icons, a plugin, a brand image, an empty import folder.</summary>
    public void WriteSmallFiles()
    {
        Folder(directory);
        Folder(Path.Combine(directory, "import"));

        for (var user = 0; user < model.Options.Users; user += 3)
        {
            Write($"users/{model.UserId(user)}/profile.png", 2_000 + user, SampleModel.Start, compressible: false, user);
        }

        Write($"teams/{model.TeamId}/teamIcon.png", 3_000, SampleModel.Start, compressible: false, -1);
        Write($"emoji/{SampleIds.Make(model.Options.Seed, SampleKind.Small, 0)}/image", 1_500, SampleModel.Start, compressible: false, -2);
        Write("brand/image.png", 9_000, SampleModel.Start, compressible: false, -3);
        Write("plugins/com.example.plugin.tar.gz", 60_000, SampleModel.Start, compressible: false, -4);
    }

    private void WriteFile(SampleFile file)
    {
        Write(file.StorePath, file.Size, file.CreateAt, file.Compressible, file.Number);

        if (file.HasThumbnail)
        {
            Write(file.ThumbnailPath!, 900, file.CreateAt + 100, compressible: false, file.Number + 0x40000000L);
            Write(file.PreviewPath!, 4_000, file.CreateAt + 200, compressible: false, file.Number + 0x50000000L);
        }
    }

    private void Write(string relativePath, long size, long time, bool compressible, long number)
    {
        var path = Path.Combine(directory, relativePath);
        Folder(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = FileMode,
        };

        using (var stream = new FileStream(path, options))
        {
            WriteContent(stream, size, compressible, SampleRandom.For(model.Options.Seed, SampleKind.FileBytes, number));
        }

        Posix.SetModified(path, UnixTime.FromMilliseconds(time) with { Nanoseconds = (time % 1000 * 1_000_000) + 123_457 });
    }

    private static void WriteContent(FileStream stream, long size, bool compressible, SampleRandom random)
    {
        var block = new byte[Math.Min(size, BlockSize)];

        for (var left = size; left > 0; left -= block.Length)
        {
            var part = block.AsSpan(0, (int)Math.Min(left, block.Length));

            if (compressible)
            {
                SampleText.Fill(part, ref random);
            }
            else
            {
                random.Fill(part);
            }

            stream.Write(part);
        }
    }

    private static void Folder(string path) => Directory.CreateDirectory(path, FolderMode);
}
