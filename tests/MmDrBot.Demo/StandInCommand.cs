using System.CommandLine;

namespace MmDrBot.Demo;

/// <summary>
/// Runs the stand-in until standard input ends. Every line is typed into the channel, or clicks a button if it begins with <c>click</c>; the transcript goes to standard output and ends with
/// <c>ok</c> or <c>failed</c> on a line of its own.
/// </summary>
internal sealed class StandInCommand : Command
{
    private const string Click = "click ";

    private readonly Option<string> commands = new("--commands") { Required = true, Description = "where Mattermost sends the slash command, such as http://127.0.0.1:8075/mattermost/commands" };
    private readonly Option<string> token = new("--token") { Required = true, Description = "the slash command's token" };
    private readonly Option<string> facts = new("--facts") { Required = true, Description = "file that gets the lines URL=... and TOKEN=... (the bot account's)" };

    public StandInCommand()
        : base("stand-in", "Stands in for a Mattermost server.")
    {
        Options.Add(commands);
        Options.Add(token);
        Options.Add(facts);
        SetAction(RunAsync);
    }

    private async Task RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var chat = await Chat.StartAsync(new Uri(result.GetRequiredValue(commands)), result.GetRequiredValue(token), cancellationToken);
        await WriteFactsAsync(result.GetRequiredValue(facts), $"URL={chat.Url.AbsoluteUri.TrimEnd('/')}\nTOKEN={chat.BotToken}\n", cancellationToken);

        while (await Console.In.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var good = line.StartsWith(Click, StringComparison.Ordinal) ? await chat.ClickAsync(line[Click.Length..], cancellationToken) : await chat.TypeAsync(line, cancellationToken);
            Console.WriteLine(good ? "ok" : "failed");
        }
    }

    /// <summary>The file appears with its content, never before it.</summary>
    private static async Task WriteFactsAsync(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path + ".new", text, cancellationToken);
        File.Move(path + ".new", path);
    }
}
