using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

internal static class WireAnswerExtensions
{
    public static void AssertRefused(this WireAnswer answer, int status, string errorId) => Assert.Equal((status, errorId), (answer.Status, answer.ErrorId));
}
