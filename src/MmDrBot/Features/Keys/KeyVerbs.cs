using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Keys;

internal sealed class KeyListVerb(ManageKeys keys) : Verb
{
    internal override string Path => "key list";

    internal override string Description => "Lists the keys that open the repository.";

    internal override IReadOnlyList<string> Examples => ["key list"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var slots = await keys.ListAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Table = new ReplyTable(["Id", "Kind", "Label", "Made"], [.. slots.Select(slot => new[] { Words.Short(slot.Id.ToString()), EnumText.Of(slot.Kind), slot.Label ?? "", invocation.Cell(slot.CreatedAt) })]),
            Json = slots.Select(slot => new { id = slot.Id.ToString(), kind = EnumText.Of(slot.Kind), label = slot.Label, createdAt = slot.CreatedAt }),
        };
    }
}

internal sealed class KeyAddVerb(ManageKeys keys) : Verb
{
    private readonly Option<bool> _recovery = new("--recovery") { Description = "Make a random recovery key and print it, once." };
    private readonly Option<string?> _file = new("--new-passphrase-file") { Description = "A file that holds the new passphrase; - reads it from standard input.", HelpName = "FILE" };
    private readonly Option<string?> _label = new("--label") { Description = "A word for the list of keys.", HelpName = "TEXT" };

    internal override string Path => "key add";

    internal override string Description => "Adds a passphrase, or with --recovery a printed recovery key. No data is rewritten.";

    internal override IReadOnlyList<string> Examples => ["key add --recovery", "key add --new-passphrase-file /root/new-passphrase"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_recovery);
        command.Options.Add(_file);
        command.Options.Add(_label);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Value(_recovery))
        {
            var (slot, text) = await keys.AddRecoveryAsync(invocation.Value(_label), invocation.Actor, cancellationToken);
            return Reply.Of($"Recovery key, shown this once:\n\n    {text}\n\nPrint it and lock it away. It opens the repository like the passphrase (key `{Words.Short(slot)}`).", new { id = slot, recoveryKey = text });
        }

        var file = invocation.Value(_file) ?? throw new Refusal(RefusalReason.Invalid, "Give the new passphrase with --new-passphrase-file FILE (- for standard input), or say --recovery.");
        var passphrase = file == "-" ? await Console.In.ReadLineAsync(cancellationToken) ?? "" : (await NamedFile.ReadAsync("--new-passphrase-file", file, "Name a file that holds the new passphrase, or - for standard input.", cancellationToken)).TrimEnd('\r', '\n');
        var id = await keys.AddAsync(passphrase, invocation.Value(_label), invocation.Actor, cancellationToken);
        return Reply.Of($"Added key `{Words.Short(id)}`.", new { id });
    }
}

internal sealed class KeyRemoveVerb(ManageKeys keys) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, or the first digits of it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "key remove";

    internal override string Description => "Removes a key; never the last one.";

    internal override IReadOnlyList<string> Examples => ["key remove 3f9a12c0"];

    internal override void Shape(Command command) => command.Arguments.Add(_id);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var id = await keys.RemoveAsync(invocation.Value(_id)!, invocation.Actor, cancellationToken);
        return Reply.Of($"Removed key `{Words.Short(id)}`. Whoever copied it together with the old key slot can still open old copies of the repository.", new { removed = id });
    }
}
