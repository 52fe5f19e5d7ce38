using System.CommandLine;
using System.Diagnostics;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Benchmarks;

/// <summary>How fast the doors open, and how fast slash commands are acknowledged, by the real program beside the stand-in.</summary>
internal sealed class DoorsCommand : Command
{
    private static readonly string[] Texts = ["help", "jobs", "cancel nothing"];
    private readonly Option<string> _program = new("--mmdr") { Description = "The program, as `dotnet publish` makes it.", Required = true };
    private readonly Option<int> _starts = new("--starts") { Description = "How often it is started.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _rate = new("--rate") { Description = "Slash commands a second.", DefaultValueFactory = _ => 200 };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long, for each command.", DefaultValueFactory = _ => 20 };

    public DoorsCommand()
        : base("doors", "Measures the start of the program and the acknowledgement of slash commands.")
    {
        foreach (var option in new Option[] { _program, _starts, _rate, _seconds })
        {
            Options.Add(option);
        }

        SetAction((parsed, token) => RunAsync(parsed.GetValue(_program)!, parsed.GetValue(_starts), parsed.GetValue(_rate), TimeSpan.FromSeconds(parsed.GetValue(_seconds)), token));
    }

    private static async Task<int> RunAsync(string program, int starts, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        using var directory = new TempDirectory();
        await using var mattermost = await MattermostStandIn.StartAsync(cancellationToken);
        var (admin, bot) = (mattermost.AddUser("alice", admin: true), mattermost.AddBot());
        var channel = mattermost.AddChannel("operations", members: [admin, bot]);
        var service = new ServiceProcess(program, directory, mattermost.Url, bot.Token);
        var help = new List<Run>();
        for (var count = 0; count < starts; count++)
        {
            help.Add(await service.RunAsync(["--help"], cancellationToken));
        }

        Console.WriteLine($"mmdr --help        {Run.Describe(help)}");
        await service.RunAsync(["repository", "init"], cancellationToken);
        var ready = new List<Run>();
        for (var count = 0; count < starts; count++)
        {
            ready.Add(await service.StartAsync(cancellationToken));
            await service.StopAsync(cancellationToken);
        }

        Console.WriteLine($"mmdr serve, ready  {Run.Describe(ready)}");
        await service.StartAsync(cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        Console.WriteLine($"idle after 5 s     {service.ResidentMegabytes} MB resident");
        await LoadAsync(service, new SlashForm(ServiceProcess.CommandToken, admin.Id, channel.Id, mattermost), rate, length, cancellationToken);
        Console.WriteLine($"after the load     {service.ResidentMegabytes} MB resident");
        await service.StopAsync(cancellationToken);
        return 0;
    }

    private static async Task LoadAsync(ServiceProcess service, SlashForm form, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        using var load = new OpenLoop(new Uri(service.Url, "/mattermost/commands"));
        foreach (var text in Texts)
        {
            await load.RunAsync(form.Of(text), rate, TimeSpan.FromSeconds(3), cancellationToken);
            var before = service.ProcessorTime;
            var latencies = await load.RunAsync(form.Of(text), rate, length, cancellationToken);
            var work = (service.ProcessorTime - before).TotalMilliseconds / latencies.Count;
            Console.WriteLine(FormattableString.Invariant($"/dr {text,-14} {rate}/s for {length.TotalSeconds:0} s: p50 {OpenLoop.At(latencies, 0.5):0.0} ms, p90 {OpenLoop.At(latencies, 0.9):0.0} ms, p99 {OpenLoop.At(latencies, 0.99):0.0} ms, max {latencies[^1]:0.0} ms; processor {work:0.00} ms each"));
        }
    }
}
