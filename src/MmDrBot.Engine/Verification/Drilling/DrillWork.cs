using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>What the parts of one drill work on.</summary>
internal sealed record DrillWork
{
    internal required Repository Repository { get; init; }

    internal required RestorePoint Point { get; init; }

    internal required BlobIndex Index { get; init; }

    internal required BlobReader Blobs { get; init; }

    internal required ScratchDirectory Scratch { get; init; }

    internal required DrillFindings Findings { get; init; }

    internal required BackupProgress Progress { get; init; }

    /// <summary>The database that was filled; null where the restore point has none.</summary>
    internal PostgresAddress? Database { get; init; }

    /// <summary>The database that received the configuration's tables, where those were in one of their own.</summary>
    internal PostgresAddress? ConfigDatabase { get; init; }

    internal Repositories.StreamReader Streams => new(Blobs);

    internal ContentProof Proof => new(Repository, Index, Streams);

    internal bool HasFiles => Point.Files is { Mode: "copy", List: not null };

    internal bool HasConfigFiles => Point.Config?.List is not null;
}
