using MmDrBot.Features.Outages;
using MmDrBot.TestKit.Mail;

namespace MmDrBot.Tests.Sso;

/// <summary>How people get in where nobody says it: by mail where that arrives, else by a one-time link.</summary>
public sealed class DeliveryDefaultTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const string Service = "office365";

    private const int NobodyListens = 1;

    [Theory]
    [InlineData(null, false, true, false)]
    [InlineData(null, false, false, true)]
    [InlineData(null, true, true, true)]
    [InlineData(true, false, true, true)]
    [InlineData(false, true, true, false)]
    [InlineData(false, false, false, false)]
    public async Task A_reset_mail_where_mail_arrives_and_else_a_link(bool? mailDepends, bool setting, bool serverAnswers, bool isLink)
    {
        await using var mail = new SmtpStandIn(null);
        sso.Mattermost.SetSetting("EmailSettings", "SMTPServer", "127.0.0.1");
        sso.Mattermost.SetSetting("EmailSettings", "SMTPPort", $"{(serverAnswers ? mail.Port : NobodyListens)}");
        sso.NewProcess(("Sso:MailDependsOnProvider", $"{setting}"));
        var person = await sso.PersonAsync(Service);
        var opened = await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = Service, Ticket = "INC-40", Reason = "away", MailDepends = mailDepends }, sso.Helpdesk, CancellationToken.None);

        var result = await sso.ConvertAsync(person.Username);

        await sso.Get<CloseOutage>().HandleAsync(Service, null, sso.Helpdesk, CancellationToken.None);
        Assert.Equal(isLink, opened.Outage.MailDepends);
        Assert.Equal(isLink, result.Link is not null);
        Assert.Equal(!isLink, sso.Mattermost.Mails.Any(one => one.To == person.Email));
    }
}
