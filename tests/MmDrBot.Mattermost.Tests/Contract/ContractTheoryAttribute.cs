using Xunit.Sdk;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The same as <see cref="ContractFactAttribute"/>, once for each set of data.</summary>
[XunitTestCaseDiscoverer("MmDrBot.Mattermost.Tests.ContractTheoryDiscoverer", "MmDrBot.Mattermost.Tests")]
public sealed class ContractTheoryAttribute : TheoryAttribute;
