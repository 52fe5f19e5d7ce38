using System.CommandLine;
using MmDrBot.Benchmarks;

var root = new RootCommand("Data for eng/bench.sh and eng/demo.sh.") { new MakeDataCommand(), new GrowCommand(), new MakeBucketCommand() };

return await root.Parse(args).InvokeAsync();
