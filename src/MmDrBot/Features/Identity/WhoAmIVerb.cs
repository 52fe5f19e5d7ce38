using MmDrBot.Verbs;

namespace MmDrBot.Features.Identity;

internal sealed class WhoAmIVerb(WhoAmI who) : Verb
{
    internal override string Path => "whoami";

    internal override string Description => "Says what you may do here, and why.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["whoami"];

    internal override Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var identity = who.Handle(invocation.Actor);
        var roles = identity.Roles.Count == 0 ? "no role" : string.Join(", ", identity.Roles.Select(role => $"**{role.Role}** (by {role.Because})"));
        var lines = new[]
        {
            $"You are `{identity.Name}`, with {roles}.",
            $"You may: {List(identity.Permissions)}.",
            identity.Missing.Count == 0 ? "" : $"You may not: {List(identity.Missing)}.",
            identity.NeedsSecondPerson.Count == 0 ? "" : $"A second person has to approve: {List(identity.NeedsSecondPerson)}.",
        };
        return Task.FromResult(Reply.Of(string.Join('\n', lines.Where(line => line.Length > 0)), identity));
    }

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names.Select(name => name.Replace('_', ' ')));
}
