using System.CommandLine;
using MmDrBot.Benchmarks;

return await new RootCommand("Data for eng/bench.sh and eng/demo.sh.") { new MakeDataCommand(), new GrowCommand() }.Parse(args).InvokeAsync();
