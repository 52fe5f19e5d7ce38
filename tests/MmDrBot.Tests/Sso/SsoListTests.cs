using MmDrBot.Features.Outages;

namespace MmDrBot.Tests.Sso;

public sealed class SsoListTests
{
    [Theory]
    [InlineData("username,name\nalice,A\nuser,U\n", "alice user")]
    [InlineData("\uFEFF\"E-Mail\";x\r\n\r\n# a note\r\nbob@example.com;y\r\n", "bob@example.com")]
    [InlineData("# a note\nusername\nalice", "alice")]
    [InlineData("alice\nemail", "alice email")]
    [InlineData("", "")]
    public void Only_the_first_line_may_be_a_headline(string text, string names) => Assert.Equal(names, string.Join(' ', SsoLists.Parse(text)));
}
