using System.Collections.Concurrent;
using MmDrBot.Access;

namespace MmDrBot.Features.Restores;

/// <summary>Hands target databases' addresses, secrets, from whoever asks to the job in the same process: they never get into a job's row.</summary>
internal sealed class RestoreTargets
{
    private readonly ConcurrentDictionary<string, RestoreAddresses> _addresses = new();

    /// <returns>What the job's row says instead.</returns>
    internal string Keep(RestoreAddresses addresses)
    {
        var handle = Reference.New();
        _addresses[handle] = addresses;
        return handle;
    }

    /// <exception cref="Refusal">Unavailable: another process took the request.</exception>
    internal RestoreAddresses Take(string handle) => _addresses.TryRemove(handle, out var addresses)
        ? addresses
        : throw new Refusal(RefusalReason.Unavailable, "The target database's address is written down nowhere, and the service that was told it has been restarted or is another one.", "Ask for the restore again.");

    internal void Forget(string handle) => _addresses.TryRemove(handle, out _);
}
