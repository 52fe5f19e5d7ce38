namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by the stand-in as the oldest release.</summary>
public sealed class StandInMattermostContract(ContractDatabase database) : StandInContract(database, "5.37.0");
