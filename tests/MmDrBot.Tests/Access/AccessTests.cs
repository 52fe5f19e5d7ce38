using MmDrBot.Access;

namespace MmDrBot.Tests.Access;

public sealed class AccessTests
{
    [Fact]
    public void An_actor_without_the_permission_is_refused()
    {
        var actor = new Actor("mattermost:alice", Door.Chat, new HashSet<Permission> { Permission.ViewStatus });

        actor.Require(Permission.ViewStatus);
        var refusal = Assert.Throws<Refusal>(() => actor.Require(Permission.TakeBackup));

        Assert.Equal(RefusalReason.Forbidden, refusal.Reason);
        Assert.Contains("take_backup", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_itself_may_do_everything() =>
        Assert.All(Enum.GetValues<Permission>(), permission => Actor.System.Require(permission));

    [Fact]
    public void References_are_short_and_differ()
    {
        var references = Enumerable.Range(0, 1000).Select(_ => Reference.New()).ToHashSet();

        Assert.Equal(1000, references.Count);
        Assert.All(references, reference => Assert.Matches("^ref-[0-9a-z]{10}$", reference));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("00", "00")]
    [InlineData("ff", "zw")]
    [InlineData("0123456789", "04hmasw9")]
    public void Base32_is_Crockfords(string hex, string text) => Assert.Equal(text, Base32.Encode(Convert.FromHexString(hex)));

    [Fact]
    public void Every_enum_value_survives_as_text()
    {
        Assert.Equal("no_repository", EnumText.Of(RefusalReason.NoRepository));
        Assert.All(Enum.GetValues<RefusalReason>(), reason => Assert.Equal(reason, EnumText.Parse<RefusalReason>(EnumText.Of(reason))));
    }
}
