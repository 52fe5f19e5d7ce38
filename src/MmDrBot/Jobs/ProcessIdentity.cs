using System.Diagnostics;
using System.Globalization;

namespace MmDrBot.Jobs;

/// <summary>
/// One process, told apart from every other that had or will have its pid.
/// <see cref="StartedAt"/> is "boot id:pid namespace:start in clock ticks", or empty where /proc does not tell.
/// </summary>
internal sealed record ProcessIdentity(string Host, int Pid, string StartedAt)
{
    private static readonly Lazy<string> Place = new(ReadPlace);

    public static ProcessIdentity Current { get; } = OfPid(Environment.ProcessId);

    /// <summary>The process that has this pid now, on this host.</summary>
    public static ProcessIdentity OfPid(int pid) =>
        new(Environment.MachineName, pid, ReadTicks(pid) is { } ticks && Place.Value.Length > 0 ? $"{Place.Value}:{ticks}" : "");

    /// <summary>
    /// True only if it is certain: the process is of this host, this boot and this pid namespace, and is gone. Two containers may
    /// share a host name and see each other's pids as dead, so whatever cannot be known is left to the lease.
    /// </summary>
    public bool IsProvenDead()
    {
        var isOurs = Host == Environment.MachineName && Place.Value.Length > 0
            && StartedAt.StartsWith(Place.Value + ":", StringComparison.Ordinal);

        return isOurs && (ReadTicks(Pid) is { } ticks ? $"{Place.Value}:{ticks}" != StartedAt : IsGone(Pid));
    }

    /// <summary>Where /proc hides other users' processes (hidepid, ProtectProc), the kernel still tells that there is one.</summary>
    private static bool IsGone(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>
    /// Field 22 of /proc/[pid]/stat (proc(5)), "ended" for a process that only waits to be collected, null if it cannot be seen.
    /// </summary>
    private static string? ReadTicks(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // Field 2, the command's name in brackets, may itself hold blanks and brackets.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

            return fields[0] is "Z" or "X" ? "ended" : fields[19];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ReadPlace()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var pids = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";

            return $"{boot}:{string.Concat(pids.Where(char.IsAsciiDigit))}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
