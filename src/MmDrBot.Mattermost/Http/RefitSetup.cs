using Refit;

namespace MmDrBot.Mattermost;

/// <summary>How Refit reads answers and reports failures.</summary>
internal static class RefitSetup
{
    public static RefitSettings Create() => new(new SystemTextJsonContentSerializer(MattermostJson.Options))
    {
        ExceptionFactory = async answer => answer.IsSuccessStatusCode
            ? null
            : await MattermostErrors.FromAnswerAsync(answer, MattermostErrors.CallOf(answer.RequestMessage), CancellationToken.None),
        DeserializationExceptionFactory = (answer, _) =>
            ValueTask.FromResult<Exception?>(MattermostErrors.FromUnreadable(answer, MattermostErrors.CallOf(answer.RequestMessage))),
        TransportExceptionFactory = (_, exception, _) => exception, // translated by TransportHandler
    };
}
