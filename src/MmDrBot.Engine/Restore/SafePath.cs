namespace MmDrBot.Engine.Restore;

/// <summary>Keeps a list's paths inside the directory that is restored into, whoever wrote the list.</summary>
internal static class SafePath
{
    internal static string Combine(string root, string path) =>
        path.Length == 0 ? root
        : path[0] != '/' && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or ".."))
            ? $"{root}/{path}"
            : throw new EngineException(EngineFault.Damaged, $"A list of files holds the path {path}, which leads out of the directory; it is not restored.");
}
