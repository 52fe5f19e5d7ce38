using MmDrBot.Access;

namespace MmDrBot.Features.ConfigCheck;

/// <summary>Writes a file of settings to begin with: every setting, its meaning and default, nothing set. What is there stays.</summary>
internal static class WriteSettings
{
    internal const string DefaultPath = "/etc/mmdr/appsettings.json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static string Template
    {
        get
        {
            using var reader = new StreamReader(typeof(WriteSettings).Assembly.GetManifestResourceStream("settings.jsonc")!);
            return reader.ReadToEnd();
        }
    }

    /// <returns>The file's full path.</returns>
    /// <exception cref="Refusal">Conflict: the file is there. Unavailable: it can't be written.</exception>
    internal static async Task<string> HandleAsync(string path, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // The settings may come to hold secrets.
            await using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(Template.AsMemory(), cancellationToken);
            return file;
        }
        catch (IOException) when (Path.Exists(file))
        {
            throw new Refusal(RefusalReason.Conflict, $"{file} is there already, and stays as it is.", "Name another file: `mmdr config init FILE`.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(RefusalReason.Unavailable, $"{file} can't be written: {failure.Message}", "Run as root, or name a file of your own: `mmdr config init FILE`; MMDR_SETTINGS=FILE has it read.", failure);
        }
    }
}
