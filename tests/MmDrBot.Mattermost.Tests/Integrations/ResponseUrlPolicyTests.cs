namespace MmDrBot.Mattermost.Tests;

public sealed class ResponseUrlPolicyTests
{
    private const string Id = "t5ty5zsx73df7kt8ksqnyjz38y";

    private readonly ResponseUrlPolicy _policy = new(new Uri("http://mattermost:8065"), new Uri("https://chat.example.com/mm/"));

    [Theory]
    [InlineData("http://mattermost:8065/hooks/commands/" + Id)]
    [InlineData("HTTP://MATTERMOST:8065/hooks/commands/" + Id)]
    [InlineData("https://chat.example.com/mm/hooks/commands/" + Id)]
    [InlineData("https://chat.example.com:443/mm/hooks/commands/" + Id)]
    public void The_configured_servers_hooks_are_allowed(string url) => Assert.True(_policy.Allows(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/hooks/commands/" + Id)]
    [InlineData("https://mattermost:8065/hooks/commands/" + Id)]
    [InlineData("http://mattermost/hooks/commands/" + Id)]
    [InlineData("http://mattermost:8066/hooks/commands/" + Id)]
    [InlineData("http://evil.example/hooks/commands/" + Id)]
    [InlineData("http://169.254.169.254/hooks/commands/" + Id)]
    [InlineData("http://mattermost:8065@evil.example/hooks/commands/" + Id)]
    [InlineData("http://evil.example#@mattermost:8065/hooks/commands/" + Id)]
    [InlineData("http://evil.example\\@mattermost:8065/hooks/commands/" + Id)]
    [InlineData("http://user@mattermost:8065/hooks/commands/" + Id)]
    [InlineData("http://mattermost.evil.example:8065/hooks/commands/" + Id)]
    [InlineData("http://mattermost:8065/hooks/" + Id)]
    [InlineData("http://mattermost:8065/api/v4/users/me")]
    [InlineData("http://mattermost:8065/hooks/commands/" + Id + "/../../x")]
    [InlineData("http://mattermost:8065/hooks/commands/%2e%2e")]
    [InlineData("http://mattermost:8065/hooks/commands/" + Id + "?x=1")]
    [InlineData("http://mattermost:8065/hooks/commands/" + Id + "#x")]
    [InlineData("https://chat.example.com/hooks/commands/" + Id)]
    [InlineData("https://chat.example.com/mmx/hooks/commands/" + Id)]
    [InlineData("file:///hooks/commands/" + Id)]
    [InlineData("gopher://mattermost:8065/hooks/commands/" + Id)]
    public void Anything_else_is_not(string? url) => Assert.False(_policy.Allows(url));
}
