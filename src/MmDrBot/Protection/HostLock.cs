using MmDrBot.Access;

namespace MmDrBot.Protection;

/// <summary>Keeps commands of this host out of each other's way by locks of the operating system, which die with their owner.</summary>
internal sealed class HostLock : IDisposable
{
    // EAGAIN, which .NET passes on when flock says that another holds the lock.
    private const int WouldBlock = 11;

    private readonly FileStream[] _files;

    private HostLock(params FileStream[] files) => _files = files;

    /// <summary>For what writes new restore points: one at a time, and never beside a prune.</summary>
    internal static HostLock ForBackup(string directory, string repositoryId)
    {
        var maintenance = Open(directory, repositoryId, "maintenance", exclusive: false);
        try
        {
            return new HostLock(maintenance, Open(directory, repositoryId, "backup", exclusive: true));
        }
        catch
        {
            maintenance.Dispose();
            throw;
        }
    }

    /// <summary>For what reads: any number, but never beside a prune.</summary>
    internal static HostLock ForReading(string directory, string repositoryId) => new(Open(directory, repositoryId, "maintenance", exclusive: false));

    /// <summary>For what removes objects: alone.</summary>
    internal static HostLock ForMaintenance(string directory, string repositoryId) => new(Open(directory, repositoryId, "maintenance", exclusive: true));

    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    private static FileStream Open(string directory, string repositoryId, string purpose, bool exclusive)
    {
        var path = Path.Combine(directory, $"{repositoryId}.{purpose}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
            {
                File.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            }

            return new FileStream(path, FileMode.Open, exclusive ? FileAccess.ReadWrite : FileAccess.Read, exclusive ? FileShare.None : FileShare.Read);
        }
        catch (IOException busy) when (busy.HResult == WouldBlock)
        {
            throw new Refusal(RefusalReason.Locked, $"Another mmdr on this host is at work on the repository ({(purpose == "backup" ? "a backup runs" : exclusive ? "something reads or writes it" : "a prune or rebuild runs")}).", "Wait until it is over, and try again.", busy);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new Refusal(RefusalReason.Unavailable, $"The lock {path} can't be used: {denied.Message}", "Run mmdr as the user who runs the service, for instance with `sudo -u mmdr`.", denied);
        }
        catch (IOException failure)
        {
            throw new Refusal(RefusalReason.Unavailable, $"The lock {path} can't be used: {failure.Message}", "Locks lie in the directory locks beside the state database: it must be on a disk that can be written (MMDR_ConnectionStrings__State says where).", failure);
        }
    }
}
