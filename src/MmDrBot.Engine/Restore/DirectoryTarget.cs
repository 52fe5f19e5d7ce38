namespace MmDrBot.Engine.Restore;

/// <summary>A directory to restore into, with the marker that tells an interrupted restore from somebody's files.</summary>
internal sealed class DirectoryTarget(string component, string directory)
{
    private const string MarkerName = ".mmdr-restore-in-progress";

    // Before the restore point's id in the marker: what was there may not all be gone yet.
    private const string Emptying = "emptying ";

    internal string Root { get; } = Path.GetFullPath(directory);

    private string Marker => Path.Combine(Root, MarkerName);

    internal bool IsInterrupted(string restorePoint) => IsMarked(restorePoint) || IsMarked(Emptying + restorePoint);

    /// <summary>Says what is there, in words.</summary>
    internal string Describe(string restorePoint) => !Directory.Exists(Root) ? "does not exist" : IsInterrupted(restorePoint) ? "an interrupted restore of the same restore point" : IsEmpty ? "empty" : $"{Count()} entries at the top";

    internal RestoreStep Plan(long bytes, long items, string restorePoint, RestoreRequest request)
    {
        var drops = NeedsOverwrite(restorePoint, request) && request.Overwrite ? $"everything in {Root} ({Count()} entries at the top)" : null;
        return new RestoreStep(component, Root, bytes, items, Describe(restorePoint), drops);
    }

    internal string? Refusal(string restorePoint, RestoreRequest request) =>
        File.Exists(Root) ? $"{Root} is a file."
        : NeedsOverwrite(restorePoint, request) && !request.Overwrite ? $"{Root} is not empty: {Count()} entries." : null;

    /// <summary>Empties the directory where that is wanted, and leaves the marker.</summary>
    internal void Begin(string restorePoint, RestoreRequest request)
    {
        var wipe = NeedsOverwrite(restorePoint, request);
        Directory.CreateDirectory(Root);
        if (request.Paths.Count > 0)
        {
            return;
        }

        if (wipe && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"{Root} was empty a moment ago and is not any more; nothing in it was touched.", "Give each component a directory of its own.");
        }

        // Marked first: killed in the middle of it, the same restore goes on emptying.
        if (wipe || IsMarked(Emptying + restorePoint))
        {
            File.WriteAllText(Marker, Emptying + restorePoint);
            Wipe();
        }

        File.WriteAllText(Marker, restorePoint);
    }

    private bool IsMarked(string text) => File.Exists(Marker) && File.ReadAllText(Marker) == text;

    /// <summary>Removes the marker, once all is written and durable.</summary>
    internal void Complete() => File.Delete(Marker);

    private bool IsEmpty => !Directory.EnumerateFileSystemEntries(Root).Any();

    private bool NeedsOverwrite(string restorePoint, RestoreRequest request) =>
        request.Paths.Count == 0 && Directory.Exists(Root) && !IsEmpty && !IsInterrupted(restorePoint);

    private int Count() => Directory.EnumerateFileSystemEntries(Root).Count();

    private void Wipe()
    {
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos().Where(entry => entry.Name != MarkerName))
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
