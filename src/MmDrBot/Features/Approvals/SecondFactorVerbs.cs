using System.CommandLine;
using MmDrBot.Verbs;
using QRCoder;

namespace MmDrBot.Features.Approvals;

internal sealed class SecondFactorEnrolVerb(ManageSecondFactors factors) : Verb
{
    private readonly Argument<string> _user = new("USER") { Description = "The username in Mattermost.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "second-factor enroll";

    internal override string Description => "Enrols an authenticator app for approvals in chat; an earlier one is void.";

    internal override IReadOnlyList<string> Examples => ["second-factor enroll alice"];

    internal override void Shape(Command command) => command.Arguments.Add(_user);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var uri = await factors.EnrolAsync(invocation.Value(_user)!, invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = "Scan this with an authenticator app, now: it is shown this once.",
            Raw = Draw(uri),
            Footer = $"Or type it in: {uri}",
            Json = new { uri },
        };
    }

    private static string Draw(string uri)
    {
        using var data = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall();
    }
}

internal sealed class SecondFactorListVerb(ManageSecondFactors factors) : Verb
{
    internal override string Path => "second-factor list";

    internal override string Description => "Lists who has an authenticator for approvals.";

    internal override IReadOnlyList<string> Examples => ["second-factor list"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var found = await factors.ListAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = found.Count == 0 ? "Nobody has. `second-factor enroll NAME` makes one." : null,
            Table = found.Count == 0 ? null : new ReplyTable(["User", "Enrolled", "By", "State"], [.. found.Select(one => new[] { $"@{one.Username}", Words.Time(one.CreatedAt), one.CreatedBy, one.IsLocked ? "locked" : "good" })]),
            Json = found,
        };
    }
}

internal sealed class SecondFactorRemoveVerb(ManageSecondFactors factors) : Verb
{
    private readonly Argument<string> _user = new("USER") { Description = "The username in Mattermost.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "second-factor remove";

    internal override string Description => "Removes somebody's authenticator, such as of a lost phone.";

    internal override IReadOnlyList<string> Examples => ["second-factor remove alice"];

    internal override void Shape(Command command) => command.Arguments.Add(_user);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var user = invocation.Value(_user)!;
        await factors.RemoveAsync(user, invocation.Actor, cancellationToken);
        return Reply.Of($"The second factor of {user} is gone.", new { removed = user });
    }
}
