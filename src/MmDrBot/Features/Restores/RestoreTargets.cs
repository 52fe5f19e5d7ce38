using System.Collections.Concurrent;
using MmDrBot.Access;

namespace MmDrBot.Features.Restores;

/// <summary>Hands target databases' addresses, secrets, from whoever asks to the job in the same process: they never get into a job's row.</summary>
internal sealed class RestoreTargets
{
    private readonly ConcurrentDictionary<string, string> _addresses = new();

    /// <returns>What the job's row says instead.</returns>
    internal string Keep(string address)
    {
        var handle = Reference.New();
        _addresses[handle] = address;
        return handle;
    }

    /// <exception cref="Refusal">Unavailable: another process took the request.</exception>
    internal string Take(string handle) => _addresses.TryRemove(handle, out var address)
        ? address
        : throw new Refusal(RefusalReason.Unavailable, "The target database's address is written down nowhere, and the service that was told it has been restarted or is another one.", "Ask for the restore again.");

    internal void Forget(string handle) => _addresses.TryRemove(handle, out _);
}
