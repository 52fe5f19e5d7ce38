using MmDrBot;

return await MmDrBotHost.RunAsync(args);
