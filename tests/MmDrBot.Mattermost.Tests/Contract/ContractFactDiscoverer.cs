using MmDrBot.TestKit.Mattermost;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MmDrBot.Mattermost.Tests;

/// <summary>Finds no test in <see cref="LiveMattermostContract"/> unless a real server is named.</summary>
public sealed class ContractFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    /// <inheritdoc />
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        IsAbsent(testMethod) ? [] : base.Discover(discoveryOptions, testMethod, factAttribute);

    internal static bool IsAbsent(ITestMethod testMethod) =>
        testMethod.TestClass.Class.Name == typeof(LiveMattermostContract).FullName && !LiveMattermost.IsConfigured;
}
