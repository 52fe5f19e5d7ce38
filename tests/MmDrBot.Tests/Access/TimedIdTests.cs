using MmDrBot.Access;

namespace MmDrBot.Tests.Access;

public sealed class TimedIdTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_sort_by_time()
    {
        var ids = Enumerable.Range(0, 5000).Select(step => TimedId.New(At.AddMilliseconds(step * 7919L))).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches("^[0-9a-z]{26}$", id));
    }

    [Fact]
    public void Ids_of_one_moment_differ() =>
        Assert.Equal(5000, Enumerable.Range(0, 5000).Select(_ => TimedId.New(At)).Distinct().Count());
}
