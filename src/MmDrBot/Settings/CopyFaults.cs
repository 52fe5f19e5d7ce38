using System.Text.RegularExpressions;

namespace MmDrBot.Settings;

/// <summary>What is wrong with the settings of copies, a line each.</summary>
internal static partial class CopyFaults
{
    internal const string Main = "main";

    /// <summary>What says that a restore point is for no copy.</summary>
    internal const string None = "none";

    internal static IEnumerable<string> Of(AppSettings settings) => settings.Repositories.SelectMany(copy => Of(copy.Key, copy.Value, settings));

    private static IEnumerable<string> Of(string name, CopyOptions copy, AppSettings settings)
    {
        var section = SettingName.Of($"Repositories:{name}");
        if (name is Main or None || !Name().IsMatch(name))
        {
            yield return $"{section}: a copy's name is a lower-case letter, then up to 31 letters, digits or dashes; {Main} is the first repository, and {None} stands for no copy.";
        }

        if (copy.Url is not { } url || !(url.StartsWith("file:///", StringComparison.Ordinal) || url.StartsWith("s3://", StringComparison.Ordinal)))
        {
            yield return $"{section}__Url: must be file:///directory or s3://bucket/prefix.";
        }
        else if (settings.Repositories.Where(other => other.Key != name).Select(other => (other.Value.Url, other.Value.S3.Endpoint)).Append((settings.Repository.Url, settings.Repository.S3.Endpoint)).Contains((url, copy.S3.Endpoint)))
        {
            yield return $"{section}__Url: another repository is at {url}; a copy needs a place of its own.";
        }

        if (copy.Passphrase is { Length: > 0 } && copy.PassphraseCommand is { Length: > 0 })
        {
            yield return $"{section}__PassphraseCommand: a passphrase is set as well; give one of them, or none to share the first repository's keys.";
        }

        if (copy.Retention.Faults is { Count: > 0 } faults)
        {
            yield return $"{section}__Retention: {string.Join(" ", faults)}";
        }

        foreach (var fault in OfLocks(section, copy).Concat(OfTimes(section, copy)))
        {
            yield return fault;
        }

        if (string.IsNullOrEmpty(copy.S3.AccessKey) != string.IsNullOrEmpty(copy.S3.SecretKey))
        {
            yield return $"{section}__S3__SecretKey: access key and secret key go together; give both or none.";
        }
    }

    private static IEnumerable<string> OfLocks(string section, CopyOptions copy)
    {
        if (!copy.ObjectLock.IsKnown)
        {
            yield return $"{section}__ObjectLock__Mode: must be none, governance or compliance.";
        }

        if (copy.ObjectLock.Days is < 1 or > 36_500)
        {
            yield return $"{section}__ObjectLock__Days: must be 1 to 36500.";
        }

        if (copy.ObjectLock.IsSet && copy.Url?.StartsWith("file:", StringComparison.Ordinal) is true)
        {
            yield return $"{section}__ObjectLock__Mode: a directory can't lock objects; only a bucket can (s3://...).";
        }
    }

    private static IEnumerable<string> OfTimes(string section, CopyOptions copy)
    {
        if (copy.Every < TimeSpan.Zero || (copy.Every > TimeSpan.Zero && copy.Every < TimeSpan.FromMinutes(1)))
        {
            yield return $"{section}__Every: must be 00:01:00 or more, or 0 for never.";
        }

        if (copy.MaximumLag <= TimeSpan.Zero)
        {
            yield return $"{section}__MaximumLag: must be more than 0.";
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex Name();
}
