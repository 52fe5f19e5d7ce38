using Microsoft.Extensions.Configuration;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Settings;

public sealed class CopySettingsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("Repositories:Far:Url", "s3://b/p", "MMDR_Repositories__Far")]
    [InlineData("Repositories:main:Url", "s3://b/p", "MMDR_Repositories__main")]
    [InlineData("Repositories:far:Url", "/srv/copy", "MMDR_Repositories__far__Url")]
    [InlineData("Repositories:far:Url", "file:///srv/main", "another repository is at")]
    [InlineData("Repositories:far:Offsite", "true", "MMDR_Repositories__far__Url")]
    [InlineData("Repositories:far:Every", "00:00:10", "MMDR_Repositories__far__Every")]
    [InlineData("Repositories:far:MaximumLag", "00:00:00", "MMDR_Repositories__far__MaximumLag")]
    [InlineData("Repositories:far:Retention:TimeZone", "Europe/Atlantis", "MMDR_Repositories__far__Retention")]
    [InlineData("Repositories:none:Url", "s3://b/p", "MMDR_Repositories__none")]
    [InlineData("Repositories:far:Every", "often", "MMDR_Repositories__far")]
    [InlineData("Repositories:far:ObjectLock:Mode", "always", "MMDR_Repositories__far__ObjectLock__Mode")]
    [InlineData("Repositories:far:S3:AccessKey", "alone", "MMDR_Repositories__far__S3__SecretKey")]
    [InlineData("Repositories:far:PassphraseFile", "/nowhere/at/all", "MMDR_Repositories__far__PassphraseFile")]
    public void What_is_wrong_is_named(string key, string value, string words)
    {
        var settings = Load(("Repository:Url", "file:///srv/main"), (key, value));
        Assert.Contains(settings.Faults, fault => fault.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_copy_has_defaults_secrets_in_files_and_the_first_ones_keys()
    {
        File.WriteAllText(_directory.File("secret"), "of the far store\n");

        var settings = Load(("Repositories:far:Url", "s3://b/p"), ("Repositories:far:S3:AccessKey", "key"), ("Repositories:far:S3:SecretKeyFile", _directory.File("secret")));

        Assert.Empty(settings.Faults);
        var copy = settings.Repositories["far"];
        Assert.Equal((true, false, false, false, TimeSpan.FromHours(1), TimeSpan.FromHours(24)), (copy.AfterBackup, !copy.Retention.IsEmpty, copy.Offsite, copy.HasOwnKey, copy.Every, copy.MaximumLag));
        Assert.Equal("of the far store", copy.S3.SecretKey);
        Assert.True(SecretFiles.IsSecret("Repositories:far:S3:SecretKey"));
        Assert.False(SecretFiles.IsSecret("Repositories:far:Url"));
    }

    private static AppSettings Load(params (string Key, string Value)[] pairs)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return AppSettings.Load(configuration);
    }
}
