using MmDrBot.TestKit.Tools;

namespace MmDrBot.TestKit.Files;

/// <summary>A real file system of its own, small enough to be filled: a tmpfs. Needs root, or sudo that asks for no password.</summary>
public sealed class SmallFileSystem : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();

    private SmallFileSystem()
    {
    }

    public string Path => _directory.File("small");

    /// <summary>Why none can be made here, or null.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    public static async Task<SmallFileSystem> CreateAsync(int megabytes)
    {
        var made = new SmallFileSystem();
        made._directory.Subdirectory("small");
        await AsRootAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", made.Path);
        return made;
    }

    public Task ResizeAsync(int megabytes) => AsRootAsync("mount", "-o", $"remount,size={megabytes}m", Path);

    public Task MakeReadOnlyAsync() => AsRootAsync("mount", "-o", "remount,ro", Path);

    public Task MakeWritableAsync() => AsRootAsync("mount", "-o", "remount,rw", Path);

    /// <summary>Writes a file that leaves this much room.</summary>
    public void FillUp(long leave)
    {
        const int page = 4096;
        using var file = File.Create(System.IO.Path.Combine(Path, "ballast"), bufferSize: 0);
        for (var room = Room() - leave; room >= page; room = Room() - leave)
        {
            file.Write(new byte[room > 1 << 20 ? 1 << 20 : page]);
        }

        long Room() => new DriveInfo(Path).AvailableFreeSpace;
    }

    public void EmptyBallast() => File.Delete(System.IO.Path.Combine(Path, "ballast"));

    public async ValueTask DisposeAsync()
    {
        await AsRootAsync("umount", "--lazy", Path);
        _directory.Dispose();
    }

    private static Task AsRootAsync(string program, params string[] arguments) =>
        IsRoot ? Tool.RunAsync(program, arguments) : Tool.RunAsync("sudo", ["-n", program, .. arguments]);

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Containers often have root without the right to mount.</summary>
    private static string? FindObstacle()
    {
        try
        {
            CreateAsync(1).GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"No small file system can be mounted here: {failure.Message.Trim()}";
        }
    }
}
