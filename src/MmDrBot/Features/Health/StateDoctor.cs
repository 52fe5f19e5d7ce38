using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Diagnosis;
using MmDrBot.Settings;

namespace MmDrBot.Features.Health;

/// <summary>The state database: reached, written to, and closed to others.</summary>
internal sealed class StateDoctor(StateDatabase state, AppSettings settings, TimeProvider time) : IDoctorCheck
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(1);

    public DoctorArea Area => DoctorArea.Service;

    public string What => "state database";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        // Takes the lock of a writer and changes nothing.
        await state.InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update registration_lease set owner_until = owner_until where id = 1", null, token), cancellationToken);
        var reached = Finding.Ok(What, settings.StateDirectory is { } directory ? $"In {directory}; read and written." : "In PostgreSQL; read and written.");
        return [reached, settings.StateDirectory is { } local ? Modes(local) : await ClockAsync(cancellationToken)];
    }

    private static Finding Modes(string directory)
    {
        const string Name = "state's files";
        var open = OperatingSystem.IsWindows() ? [] : Directory.GetFiles(directory).Where(file => IsOurs(Path.GetFileName(file)) && (File.GetUnixFileMode(file) & Others) != 0).ToArray();
        return open.Length == 0
            ? Finding.Ok(Name, "Closed to other users.")
            : Finding.Failed(Name, $"Other users can read or write {string.Join(", ", open)}.", $"chmod 600 {string.Join(' ', open)}");
    }

    private static bool IsOurs(string name) => name == "service.key" || name.Contains(".db", StringComparison.Ordinal);

    private async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        const string Name = "clock against the state's";
        var seconds = await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long>("select extract(epoch from clock_timestamp())::bigint", null, token), cancellationToken);
        var skew = DateTimeOffset.FromUnixTimeSeconds(seconds) - time.GetUtcNow();
        return skew.Duration() < Tolerated
            ? Finding.Ok(Name, $"Within {Tolerated.TotalSeconds:0} s.")
            : Finding.Failed(Name, $"{skew.TotalSeconds:0} s apart: leases of jobs and expiries go wrong.", "Let both machines keep their clocks by NTP (timedatectl set-ntp true).");
    }
}
