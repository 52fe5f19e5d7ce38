using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Takes one account out of the books as it is, such as of somebody who left.</summary>
internal sealed class SignOffAccount(ConversionStore conversions, ConversionNames people, CompareBooks books, AccountSignOff signOff, ApprovalGuard approvals)
{
    public async Task<ConversionView> HandleAsync(string user, string reason, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.SignOffAccounts);
        if (!SsoTexts.IsLine(reason))
        {
            throw new Refusal(RefusalReason.Invalid, "Give a reason in one line of at most 200 characters: --reason \"...\".");
        }

        var conversion = await people.FindAsync(await conversions.ListOpenAsync(null, cancellationToken), user, cancellationToken) ?? await FindRewoundAsync(user, cancellationToken)
            ?? throw new Refusal(RefusalReason.NotFound, $"@{ConversionNames.Plain(user)} is not converted.", "`sso status` lists who is.");
        return await approvals.RunAsync(GuardedOperation.SignOff, $"Take @{conversion.Username} out of the books as still converted: {Words.Code(reason)}.", new { conversion = conversion.Id, reason }, Permission.ManageOutages, actor, () => SignOffAsync(conversion, reason, actor, cancellationToken), cancellationToken);
    }

    /// <summary>Somebody who signs in with a password although the books have them as back; that may be as it should.</summary>
    private async Task<Conversion?> FindRewoundAsync(string user, CancellationToken cancellationToken) =>
        await people.FindAsync([.. (await books.CompareAsync(cancellationToken)).Where(pair => pair.Drift.IsRewound).Select(pair => pair.Conversion)], user, cancellationToken);

    private async Task<ConversionView> SignOffAsync(Conversion conversion, string reason, Actor actor, CancellationToken cancellationToken)
    {
        await (conversion.IsOpen ? signOff.SignOffAsync([conversion], reason, actor, cancellationToken) : signOff.AcceptAsync(conversion, reason, actor, cancellationToken));
        return ConversionView.Of((await conversions.FindAsync(conversion.Id, CancellationToken.None))!);
    }
}

internal sealed class SsoSignOffVerb(SignOffAccount signOff) : Verb
{
    private readonly Argument<string> _user = new("USER") { Description = "Somebody who is converted and will stay so, is gone, or has a password of their own since they were brought back.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why, in one line.", HelpName = "TEXT" };

    internal override string Path => "sso sign-off";

    internal override string Description => "Takes one account out of the books as it is; it is not brought back.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso sign-off @alice --reason \"has left the company\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_user);
        command.Options.Add(_reason);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var view = await signOff.HandleAsync(invocation.Value(_user)!, invocation.Value(_reason) ?? "", invocation.Actor, cancellationToken);
        return Reply.Of($"@{view.Username} is out of the books and stays as it is.", view);
    }
}
