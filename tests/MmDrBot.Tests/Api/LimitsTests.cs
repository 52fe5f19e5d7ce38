using System.Net;
using System.Net.Sockets;
using System.Text;
using MmDrBot.Access;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

public sealed class LimitsTests
{
    [Fact]
    public async Task A_flood_from_one_key_is_told_when_to_come_back_and_costs_no_other_key_anything()
    {
        await using var door = await DoorFixture.OpenAsync(("Http:RequestsPerMinute", "20"));
        using var loud = await door.ClientAsync(Permission.ViewStatus);
        using var quiet = await door.ClientAsync(Permission.ViewStatus);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => loud.GetAsync(Path("jobs"))));
        using var other = await quiet.GetAsync(Path("jobs"));

        Assert.InRange(answers.Count(answer => answer.StatusCode is HttpStatusCode.OK), 20, 25);
        var refused = answers.First(answer => answer.StatusCode is not HttpStatusCode.OK);
        await ProblemAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Whoever_tries_keys_is_slowed_down_and_a_valid_key_from_the_same_address_is_not()
    {
        await using var door = await DoorFixture.OpenAsync(("Http:UnknownRequestsPerMinute", "5"));
        using var guessing = door.Client("mmdr_00000000" + new string('0', 44));
        using var valid = await door.ClientAsync(Permission.ViewStatus);
        using var before = await valid.GetAsync(Path("jobs"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => guessing.GetAsync(Path("jobs"))));
        using var other = await valid.GetAsync(Path("jobs"));

        Assert.InRange(answers.Count(answer => answer.StatusCode is HttpStatusCode.Unauthorized), 4, 8);
        await ProblemAsync(answers.First(answer => answer.StatusCode is not HttpStatusCode.Unauthorized), HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, other.StatusCode));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Guesses_beyond_the_limit_do_not_reach_the_state()
    {
        await using var door = await DoorFixture.OpenAsync(("Http:UnknownRequestsPerMinute", "5"));
        using var guessing = door.Client("mmdr_00000000" + new string('0', 44));
        using var neverSeen = await door.ClientAsync(Permission.ViewStatus);
        await SpendAsync(() => guessing.GetAsync(Path("jobs")));

        using var answer = await neverSeen.GetAsync(Path("jobs"));

        await ProblemAsync(answer, HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    [Theory]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/swagger/index.html")]
    [InlineData("/problems")]
    public async Task What_anybody_may_read_is_limited_by_address(string page)
    {
        await using var door = await DoorFixture.OpenAsync(("Http:UnknownRequestsPerMinute", "5"));
        using var client = new HttpClient { BaseAddress = door.Url };

        var answers = await SpendAsync(() => client.GetAsync(new Uri(page, UriKind.Relative)));

        Assert.InRange(answers.Count(status => status is HttpStatusCode.OK), 5, 8);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task The_document_is_made_once_and_sent_to_nobody_who_has_it()
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = new HttpClient { BaseAddress = door.Url };
        var document = new Uri("/swagger/v1/swagger.json", UriKind.Relative);
        var firsts = await Task.WhenAll(client.GetAsync(document), client.GetAsync(document));
        using var request = new HttpRequestMessage(HttpMethod.Get, document);
        request.Headers.IfNoneMatch.Add(firsts[0].Headers.ETag!);

        using var again = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(firsts[0].Headers.ETag, firsts[1].Headers.ETag);
        Assert.Equal(1, door.Get<MmDrBot.Api.OpenApiPages>().Makings);
        Array.ForEach(firsts, answer => answer.Dispose());
    }

    /// <summary>Sends a body only when it is asked for: one that is refused half sent ends in an answer or in a broken pipe, as it happens.</summary>
    private static void WaitForLeave(HttpClient client) => client.DefaultRequestHeaders.ExpectContinue = true;

    private static async Task<HttpStatusCode[]> SpendAsync(Func<Task<HttpResponseMessage>> send)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => send()));
        var statuses = answers.Select(answer => answer.StatusCode).ToArray();
        Array.ForEach(answers, answer => answer.Dispose());
        return statuses;
    }

    [Fact]
    public async Task A_body_of_more_than_a_mebibyte_is_refused()
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = await door.ClientAsync(Permission.TakeBackup);
        WaitForLeave(client);
        using var content = new StringContent($"{{\"label\":\"{new string('x', 1 << 20)}\"}}", Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(Path("backups"), content);

        await ProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Theory]
    [InlineData("sso-conversions", 10_000, HttpStatusCode.BadRequest, "invalid")]
    [InlineData("sso-conversions", 80_000, HttpStatusCode.RequestEntityTooLarge, "too_large")]
    [InlineData("backups", 10_000, HttpStatusCode.RequestEntityTooLarge, "too_large")]
    public async Task A_list_of_as_many_accounts_as_one_call_takes_fits_and_elsewhere_such_a_body_does_not(string path, int accounts, HttpStatusCode status, string code)
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = await door.ClientAsync(Permission.ConvertAccounts, Permission.TakeBackup);
        WaitForLeave(client);
        var users = Enumerable.Range(0, accounts).Select(number => $"{number:D116}@example.org");
        using var content = new StringContent(System.Text.Json.JsonSerializer.Serialize(new { users, ticket = "" }), Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(Path(path), content);

        // The long list gets as far as being judged: it has no ticket.
        await ProblemAsync(answer, status, code);
    }

    [Fact]
    public async Task A_client_that_dribbles_its_body_is_cut_off_within_seconds_and_holds_nobody_up()
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = await door.ClientAsync(Permission.TakeBackup, Permission.ViewStatus);
        using var slow = new TcpClient();
        await slow.ConnectAsync(door.Url.Host, door.Url.Port);
        var head = $"POST /api/v1/backups HTTP/1.1\r\nHost: x\r\nAuthorization: {client.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{";
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));

        using var other = await client.GetAsync(Path("jobs"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(slow.GetStream());
        var answer = await reader.ReadToEndAsync(patience.Token);

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("urn:mmdr:problem:too-slow", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = await door.ClientAsync(Permission.ViewStatus);
        client.DefaultRequestHeaders.Add("X-Long", new string('x', 20_000));

        using var answer = await client.GetAsync(Path("jobs"));

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_is_in_the_log_with_its_id_and_no_path_forges_a_line()
    {
        await using var door = await DoorFixture.OpenAsync();
        using var client = await door.ClientAsync(Permission.ViewStatus);
        client.DefaultRequestHeaders.Add("X-Request-Id", "trace-4711");

        using var answer = await client.GetAsync(Path("jobs/a%0Aforged%20line"));

        Assert.Equal("trace-4711", answer.Headers.GetValues("X-Request-Id").Single());
        await Data.Eventually.IsTrueAsync(() => Task.FromResult(door.Logs.Lines.Any(line => line.Contains("trace-4711", StringComparison.Ordinal))));
        Assert.DoesNotContain(door.Logs.Lines, line => line.Contains("\nforged", StringComparison.Ordinal));
    }
}
