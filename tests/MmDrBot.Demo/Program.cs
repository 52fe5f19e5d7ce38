using System.CommandLine;
using MmDrBot.Demo;

var root = new RootCommand("The Mattermost of eng/demo.sh: a stand-in whose administrator types what comes on standard input.") { new StandInCommand() };

return await root.Parse(args).InvokeAsync();
