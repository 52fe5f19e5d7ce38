namespace MmDrBot.Settings;

/// <summary>Every secret can be given as a file: the setting's name with `File` behind it names the file.</summary>
internal static class SecretFiles
{
    internal static readonly string[] Secrets =
    [
        "Mattermost:DatabaseUrl", "Mattermost:Token", .. Enumerable.Range(0, 20).Select(number => $"Mattermost:CommandTokens:{number}"),
        "Repository:Passphrase", "Repository:S3:AccessKey", "Repository:S3:SecretKey", "Restore:S3:AccessKey", "Restore:S3:SecretKey", "ConnectionStrings:State", "Service:Secret",
        "Drills:DatabaseUrl", "Alarms:HeartbeatUrl", "Alarms:HeartbeatFailUrl", "Mail:Password",
    ];

    private static readonly string[] OfCopies = ["Passphrase", "S3:AccessKey", "S3:SecretKey"];

    /// <summary>Whether a setting's value is shown to nobody.</summary>
    internal static bool IsSecret(string key) =>
        Secrets.Contains(key) || (key.StartsWith("Repositories:", StringComparison.OrdinalIgnoreCase) && OfCopies.Append("PassphraseCommand").Any(secret => key.EndsWith(":" + secret, StringComparison.OrdinalIgnoreCase)));

    /// <summary>All of them, those of targets of restores and of copies too, which have names of their own.</summary>
    internal static IEnumerable<string> In(IConfiguration configuration) =>
        Secrets.Concat(configuration.GetSection("Restore:Targets").GetChildren().SelectMany(target => new[] { $"{target.Path}:{nameof(RestoreTargetOptions.DatabaseUrl)}", $"{target.Path}:{nameof(RestoreTargetOptions.Config)}" }))
            .Concat(configuration.GetSection("Repositories").GetChildren().SelectMany(copy => OfCopies.Select(secret => $"{copy.Path}:{secret}")));

    /// <summary>Reads the files into the configuration.</summary>
    /// <returns>One line for each file that can't be read.</returns>
    internal static IReadOnlyList<string> Resolve(IConfigurationManager configuration)
    {
        var (values, faults) = (new Dictionary<string, string?>(), new List<string>());
        foreach (var secret in In(configuration).ToArray())
        {
            if (configuration[secret + "File"] is not { Length: > 0 } file)
            {
                continue;
            }

            if (configuration[secret] is { Length: > 0 })
            {
                faults.Add($"{SettingName.Of(secret)}: set as a value and as a file; give one of them.");
                continue;
            }

            try
            {
                values[secret] = File.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{SettingName.Of(secret + "File")}: {failure.Message}");
            }
        }

        configuration.AddInMemoryCollection(values);
        return faults;
    }
}
