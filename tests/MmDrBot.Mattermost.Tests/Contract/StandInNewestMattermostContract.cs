namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by the stand-in as a release that shows auth_data, checks services and ends sessions by itself.</summary>
public sealed class StandInNewestMattermostContract(ContractDatabase database) : StandInContract(database, "11.10.0");
