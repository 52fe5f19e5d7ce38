using Xunit.Sdk;

namespace MmDrBot.Mattermost.Tests;

/// <summary>A test that exists only where there is a server to hold it against: absent, not skipped.</summary>
[XunitTestCaseDiscoverer("MmDrBot.Mattermost.Tests.ContractFactDiscoverer", "MmDrBot.Mattermost.Tests")]
public sealed class ContractFactAttribute : FactAttribute;
