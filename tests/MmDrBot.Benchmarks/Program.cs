using System.CommandLine;
using MmDrBot.Benchmarks;

var root = new RootCommand("Data for eng/bench.sh and eng/demo.sh, and measurements.") { new MakeDataCommand(), new GrowCommand(), new MakeBucketCommand(), new SsoCommand(), new DoorsCommand() };

return await root.Parse(args).InvokeAsync();
