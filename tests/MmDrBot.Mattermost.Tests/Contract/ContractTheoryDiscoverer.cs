using Xunit.Abstractions;
using Xunit.Sdk;

namespace MmDrBot.Mattermost.Tests;

/// <summary>Finds no theory in <see cref="LiveMattermostContract"/> unless a real server is named.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    /// <inheritdoc />
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        ContractFactDiscoverer.IsAbsent(testMethod) ? [] : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
