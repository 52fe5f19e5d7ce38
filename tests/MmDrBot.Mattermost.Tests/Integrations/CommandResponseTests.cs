using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public sealed class CommandResponseTests
{
    [Fact]
    public void An_answer_for_one_user_says_so() => AssertJson(
        """{"response_type":"ephemeral","text":"<!here> ok","skip_slack_parsing":true}""",
        CommandResponse.Ephemeral("<!here> ok"));

    [Fact]
    public void An_answer_for_the_channel_says_so() => AssertJson(
        """{"response_type":"in_channel","text":"ok","skip_slack_parsing":true}""",
        CommandResponse.InChannel("ok"));

    [Fact]
    public void Everything_has_the_name_that_mattermost_knows() => AssertJson(
        """
        {
          "response_type":"in_channel","text":"t","username":"DR","icon_url":"http://i/x.png","props":{"a":1},"goto_location":"http://mm/acme","skip_slack_parsing":false,
          "attachments":[{"fallback":"f","color":"#00ff00","title":"T","text":"x","fields":[{"title":"Size","value":"3 GB","short":true}]}],
          "extra_responses":[{"response_type":"ephemeral","text":"two","skip_slack_parsing":true}]
        }
        """,
        new CommandResponse
        {
            ResponseType = CommandResponseType.InChannel,
            Text = "t",
            Username = "DR",
            IconUrl = "http://i/x.png",
            Props = new JsonObject { ["a"] = 1 },
            GotoLocation = "http://mm/acme",
            Attachments = [new() { Fallback = "f", Color = "#00ff00", Title = "T", Text = "x", Fields = [new("Size", "3 GB", Short: true)] }],
            ExtraResponses = [CommandResponse.Ephemeral("two")],
        });

    private static void AssertJson(string expected, CommandResponse response) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(response.ToJson())), response.ToJson());
}
