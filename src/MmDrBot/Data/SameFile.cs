using MmDrBot.Access;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Data;

/// <summary>
/// Creates the state's file when it is first needed, and notices from then on when it is gone or another one lies in its place. Connections
/// that are open would else go on writing the audit trail into a file that nobody can ever read again.
/// </summary>
internal sealed class SameFile(string path)
{
    private readonly Lock _gate = new();
    private long? _inode;

    /// <exception cref="Refusal">Unavailable: it is not the file that this process began with.</exception>
    public void Require()
    {
        lock (_gate)
        {
            if (_inode is null)
            {
                SqliteFile.Create(path);
                _inode = FileIdentity.InodeOf(path);
                return;
            }

            if (FileIdentity.InodeOf(path) is var now && now != _inode)
            {
                throw new Refusal(RefusalReason.Unavailable, $"The state database {path} {(now is null ? "was removed" : "was replaced by another file")} while this process used it; nothing more is read or written.", "Put the old file back if there is one, and restart the service. Without it a restart begins a new one: `mmdr audit verify` then tells how far the old trail went.");
            }
        }
    }
}
