using System.Text.Encodings.Web;
using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;
using Spectre.Console;

namespace MmDrBot.Cli;

/// <summary>Draws replies for a person, or prints them as JSON for a program. Progress and notes go to standard error.</summary>
internal sealed class Terminal(bool json, bool quiet)
{
    private static readonly JsonSerializerOptions Format = new(JobLauncher.Json) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const int Unlimited = 10_000;
    private readonly IAnsiConsole _out = Output();

    internal IAnsiConsole Errors { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Ansi = Ansi(Console.IsErrorRedirected) });

    /// <summary>Whether a progress bar would be seen.</summary>
    internal bool ShowsProgress => !quiet && !json && !Console.IsErrorRedirected;

    internal void Write(Reply reply)
    {
        if (reply.Warning is { } warning)
        {
            Console.Error.WriteLine($"warning: {Plain(warning)}");
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(reply.Json, Format));
            return;
        }

        if (reply.IsFailure)
        {
            Console.Error.WriteLine($"error: {Plain(reply.Text ?? "")}");
            return;
        }

        WriteText(reply.Text);
        if (reply.Raw is not null)
        {
            Console.Out.WriteLine(reply.Raw);
        }

        if (reply.Table is { } table)
        {
            _out.Write(Draw(table));
        }

        WriteText(reply.Footer);
    }

    internal void WriteError(string code, string message, string? hint, string? reference)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new { error = new { code, message, hint, reference } }, Format));
            return;
        }

        Console.Error.WriteLine($"error: {message}");
        foreach (var line in new[] { hint is null ? null : $"hint: {hint}", reference is null ? null : $"reference: {reference}" }.OfType<string>())
        {
            Console.Error.WriteLine(line);
        }
    }

    internal void Note(string text)
    {
        if (!quiet)
        {
            Console.Error.WriteLine($"note: {text}");
        }
    }

    private void WriteText(string? markdown)
    {
        foreach (var line in markdown?.Split('\n') ?? [])
        {
            _out.MarkupLine(Markup.Escape(Plain(line)));
        }
    }

    private static string Plain(string markdown) => markdown.Replace("**", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private Table Draw(ReplyTable source)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = true };
        foreach (var column in source.Columns)
        {
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(column)}[/]") { NoWrap = Console.IsOutputRedirected, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in source.Rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
        }

        return table;
    }

    /// <summary>Who sets NO_COLOR (https://no-color.org), or has a terminal that can do nothing, gets plain text.</summary>
    private static AnsiSupport Ansi(bool redirected) =>
        redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Environment.GetEnvironmentVariable("TERM") is "dumb" ? AnsiSupport.No : AnsiSupport.Detect;

    /// <summary>What goes into a pipe or file is not broken into lines, and has no colours.</summary>
    private static IAnsiConsole Output()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Ansi(Console.IsOutputRedirected) });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = Unlimited;
        }

        return console;
    }
}
