using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using MmDrBot.Announcing;
using MmDrBot.Approvals;
using MmDrBot.Engine.Keeping;
using MmDrBot.Features.ConfigCheck;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Features;

public sealed partial class ConfigInitTests : IDisposable
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        ["Repository"] = typeof(RepositoryOptions),
        ["Repository:S3"] = typeof(S3Options),
        ["Repository:ObjectLock"] = typeof(ObjectLockOptions),
        ["Restore"] = typeof(RestoreOptions),
        ["Restore:S3"] = typeof(S3Options),
        ["Drills"] = typeof(DrillOptions),
        ["Jobs"] = typeof(JobOptions),
        ["Chat"] = typeof(ChatOptions),
        ["Approvals"] = typeof(ApprovalOptions),
        ["Announcements"] = typeof(AnnouncementOptions),
        ["Mattermost"] = typeof(MattermostOptions),
        ["Http"] = typeof(HttpOptions),
        ["Access"] = typeof(AccessOptions),
        ["Service"] = typeof(ServiceOptions),
        ["Schedules"] = typeof(ScheduleOptions),
        ["Hooks"] = typeof(HookOptions),
        ["Webhooks"] = typeof(WebhookOptions),
        ["Sso"] = typeof(SsoOptions),
        ["Retention"] = typeof(RetentionPolicy),
        ["Retention:Default"] = typeof(RetentionRule),
        ["Alarms"] = typeof(AlarmOptions),
        ["Alarms:Rpo"] = typeof(RpoOptions),
        ["Mail"] = typeof(MailOptions),
    };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_names_every_setting_and_no_other()
    {
        var real = Sections.SelectMany(section => section.Value.GetProperties().Where(property => property.Name is not ("S3" or "ObjectLock" or "Default" or "Rpo") && property.CanWrite).Select(property => $"{section.Key}:{property.Name}"))
            .Concat(["ConnectionStrings:State", "Logging:LogLevel:Default"]);

        Assert.Equal(real.Order(StringComparer.Ordinal), Uncommented().Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_secrets_are_marked_and_nothing_else_is()
    {
        var secrets = SecretFiles.Secrets.Select(name => LastNumber().Replace(name, "")).Distinct();

        Assert.Equal(secrets.Order(StringComparer.Ordinal), Uncommented().Where(item => item.Explanation.Contains("SECRET", StringComparison.Ordinal)).Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_said_to_be_a_default_is_the_default()
    {
        var configuration = new ConfigurationManager();
        configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Commented().Replace(WriteSettings.Template, "$1$2"))));
        foreach (var (name, type) in Sections)
        {
            var (given, defaults) = (configuration.GetSection(name).Get(type)!, Activator.CreateInstance(type)!);
            foreach (var property in Uncommented().Where(item => item.Name.StartsWith(name + ":", StringComparison.Ordinal) && !item.Explanation.Contains("EXAMPLE", StringComparison.Ordinal)).Select(item => type.GetProperty(item.Name[(name.Length + 1)..])).OfType<System.Reflection.PropertyInfo>())
            {
                var expected = property.Name == nameof(AccessOptions.Admins) ? new[] { "role:system_admin" } : property.GetValue(defaults);
                Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(property.GetValue(given)));
            }
        }
    }

    [Fact]
    public async Task It_is_written_for_its_owner_alone_and_read_as_settings()
    {
        var file = _directory.File("new/mmdr.json");

        var result = await Tool.TryRunAsync(CliFixture.Program, ["config", "init", file, "--json"], new Dictionary<string, string> { ["MMDR_SETTINGS"] = "/no/such/file" });

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var settings = new Dictionary<string, string> { ["MMDR_SETTINGS"] = file, ["MMDR_ConnectionStrings__State"] = _directory.File("state.db") };
        Assert.Equal(0, (await Tool.TryRunAsync(CliFixture.Program, ["jobs"], settings)).ExitCode);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("// \"Listen\": \"http://127.0.0.1:8075\"", "\"Listen\": \"http://127.0.0.1:9999\"", StringComparison.Ordinal));
        Assert.Contains("http://127.0.0.1:9999", (await Tool.TryRunAsync(CliFixture.Program, ["config", "check"], settings)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_already_stays_as_it_is()
    {
        var (file, link) = (_directory.File("mine.json"), _directory.File("link.json"));
        await File.WriteAllTextAsync(file, "mine");
        File.CreateSymbolicLink(link, _directory.File("nowhere.json"));

        foreach (var path in new[] { file, link, _directory.File("mine.json/below") })
        {
            Assert.Equal(1, (await Tool.TryRunAsync(CliFixture.Program, ["config", "init", path])).ExitCode);
        }

        Assert.Equal("mine", await File.ReadAllTextAsync(file));
        Assert.False(File.Exists(_directory.File("nowhere.json")));
    }

    /// <summary>Each setting with the comment above it.</summary>
    private static IEnumerable<(string Name, string Explanation)> Uncommented()
    {
        var (path, explanation) = (new Stack<string>(), "");
        foreach (var line in WriteSettings.Template.Split('\n').Select(line => line.Trim()))
        {
            if (Setting().Match(line) is { Success: true } setting)
            {
                yield return (string.Join(':', path.Reverse().Append(setting.Groups[1].Value)), explanation);
            }
            else if (Opening().Match(line) is { Success: true } opening)
            {
                path.Push(opening.Groups[1].Value);
                explanation = "";
            }
            else if (line is "}," && path.Count > 0)
            {
                path.Pop();
            }
            else
            {
                explanation = line.Length == 0 ? "" : $"{explanation} {line}";
            }
        }
    }

    [GeneratedRegex("""^// "(\w+)": """)]
    private static partial Regex Setting();

    [GeneratedRegex("""^"(\w+)": \{""")]
    private static partial Regex Opening();

    [GeneratedRegex("""(?m)^( *)// ("\w+": .*)$""")]
    private static partial Regex Commented();

    [GeneratedRegex(@":\d+$")]
    private static partial Regex LastNumber();
}
