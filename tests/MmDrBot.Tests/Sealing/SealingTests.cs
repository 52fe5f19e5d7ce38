using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using MmDrBot.Access;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Sealing;

public sealed class SealingTests
{
    [Fact]
    public void Two_services_beside_the_same_state_have_the_same_secret_and_nobody_else_can_read_it()
    {
        using var directory = new TempDirectory();
        var settings = Settings(("ConnectionStrings:State", directory.File("state.db")));

        for (var round = 0; round < 200; round++)
        {
            File.Delete(directory.File("service.key"));
            var keys = Enumerable.Range(0, 8).AsParallel().Select(_ => Convert.ToHexString(new ServiceSecret(settings).KeyFor("test"))).ToArray();
            Assert.Single(keys.Distinct());
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory.File("service.key")));
        Assert.Single(Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void Every_purpose_has_a_key_of_its_own()
    {
        using var directory = new TempDirectory();
        var secret = new ServiceSecret(Settings(("ConnectionStrings:State", directory.File("state.db"))));

        Assert.NotEqual(secret.KeyFor("buttons"), secret.KeyFor("tokens"));
    }

    [Fact]
    public void A_state_in_PostgreSQL_needs_the_secret_in_the_settings()
    {
        var refusal = Assert.Throws<Refusal>(() => new ServiceSecret(Settings(("ConnectionStrings:State", "Host=localhost;Database=x"))).KeyFor("test"));

        Assert.Contains("MMDR_Service__Secret", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(32, new ServiceSecret(Settings(("ConnectionStrings:State", "Host=localhost;Database=x"), ("Service:Secret", new string('x', 32)))).KeyFor("test").Length);
    }

    [Fact]
    public void A_short_secret_is_a_fault_of_the_settings()
    {
        Assert.Contains(Settings(("Service:Secret", "short")).Faults, fault => fault.StartsWith("MMDR_Service__Secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_secret_file_is_refused_and_left_as_it_is()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("service.key"), "torn");

        Assert.Throws<Refusal>(() => new ServiceSecret(Settings(("ConnectionStrings:State", directory.File("state.db")))).KeyFor("test"));
        Assert.Equal("torn", File.ReadAllText(directory.File("service.key")));
    }

    [Fact]
    public void Sealed_text_opens_for_its_owner_alone_and_only_unaltered()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var box = SealedText.Seal(key, "row 1", "sécret");
        var altered = Convert.FromBase64String(box);
        altered[14] ^= 1;

        Assert.Equal("sécret", SealedText.Open(key, "row 1", box));
        Assert.Throws<Refusal>(() => SealedText.Open(key, "row 2", box));
        Assert.Throws<Refusal>(() => SealedText.Open(RandomNumberGenerator.GetBytes(32), "row 1", box));
        Assert.Throws<Refusal>(() => SealedText.Open(key, "row 1", Convert.ToBase64String(altered)));
        Assert.Throws<Refusal>(() => SealedText.Open(key, "row 1", "no base 64"));
        Assert.Throws<Refusal>(() => SealedText.Open(key, "row 1", "AAAA"));
        Assert.NotEqual(box, SealedText.Seal(key, "row 1", "sécret"));
    }

    private static AppSettings Settings(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        return AppSettings.Load(configuration);
    }
}
