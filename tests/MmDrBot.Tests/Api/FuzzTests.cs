using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

/// <summary>Whatever comes in, the answer is no 500; what is refused is refused by a problem, and has changed nothing.</summary>
[Collection(BotCollection.Name)]
public sealed class FuzzTests(BotFixture bot) : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", ".", "%00", "a%00b", "%0d%0aX-Injected:%201", "%ff%fe", "%e2%80%ae", "%f0%9f%92%a3", "%27%20or%201=1--", "%3Cscript%3E", "%25n%25s", "--help", "%20", "*", "%5c", "null", "0", "-1", "latest%20", new string('a', 3500),
    ];

    private static readonly string[] QueryValues = ["", "-1", "0", "99999999999999999999", "1e9", "NaN", "true", "%00", "a%00b", "%ff", "..%2f..%2fetc", "%27%3b%20drop%20table%20jobs--", "%3Cscript%3E", "%0d%0aX:1", new string('9', 3000)];

    private readonly ConcurrentQueue<string> _failures = [];
    private long _requests;

    [Fact]
    public async Task Hostile_bodies_are_refused_by_problems_and_change_nothing()
    {
        using var client = bot.Client(bot.FullKey);
        var requests = from operation in await ApiOperation.ReadAsync(client) where operation.BodyType is not null from body in HostileBodies.For(operation) select (operation, body);
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (request, _) =>
        {
            using var content = new ByteArrayContent(request.body);
            content.Headers.ContentType = new MediaTypeHeaderValue(request.operation.BodyType!);
            await SendAsync(client, request.operation, request.operation.Address("zzzz"), content, request.body.Length > 200 ? $"{request.body.Length} bytes" : System.Text.Encoding.UTF8.GetString(request.body));
        });

        Assert.True(_requests > 1000, $"{_requests} requests");
        AssertNoFailures();
    }

    [Fact]
    public async Task Hostile_paths_queries_and_headers_are_refused_by_problems_and_change_nothing()
    {
        using var client = bot.Client(bot.FullKey);
        foreach (var operation in await ApiOperation.ReadAsync(client))
        {
            foreach (var place in operation.ParametersIn("path").Any() ? Places : [])
            {
                using var content = operation.ExampleContent();
                await SendAsync(client, operation, operation.Address(place), content, place);
            }

            foreach (var (name, value) in operation.ParametersIn("query").SelectMany(parameter => QueryValues.Select(value => ((string)parameter["name"]!, value))))
            {
                using var content = operation.ExampleContent();
                var address = operation.Address("zzzz").ToString();
                await SendAsync(client, operation, new Uri($"{address}&{name}={value}", UriKind.Relative), content, $"{name}={value}");
            }
        }

        foreach (var (name, value) in new[] { ("If-Match", "x"), ("If-Match", "\"a\", \"b\""), ("Idempotency-Key", new string('k', 300)), ("Last-Event-ID", new string('9', 2000)), ("Content-Type", "x"), ("Accept", "nonsense"), ("Range", "bytes=0-1"), ("X-HTTP-Method-Override", "DELETE") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path("jobs/zzzz"));
            request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await client.SendAsync(request);
            await ProblemAsync(answer, HttpStatusCode.NotFound, "not_found");
        }

        AssertNoFailures();
    }

    [Fact]
    public async Task The_page_behind_a_one_time_link_takes_no_hostile_body()
    {
        using var client = bot.Client();
        foreach (var body in HostileBodies.Whole().Concat(HostileBodies.Values.Select(value => System.Text.Encoding.UTF8.GetBytes($"{{\"token\":{value}}}"))))
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync(new Uri("/sso/claim", UriKind.Relative), content);
            Assert.InRange((int)answer.StatusCode, 400, 429);
            Assert.True(IsProblem(answer, await answer.Content.ReadAsStringAsync()), System.Text.Encoding.UTF8.GetString(body));
        }
    }

    /// <summary>What takes nothing from a request but its sender's key can be sent nothing hostile.</summary>
    [Fact]
    public async Task Nothing_that_takes_something_is_left_out_of_these_tests()
    {
        using var client = bot.Client(bot.FullKey);
        var operations = await ApiOperation.ReadAsync(client);
        string[] elsewhere = ["/mattermost/commands", "/mattermost/actions", "/mattermost/dialogs", "/sso/claim"];
        string[] takeNothing = ["CheckAlarms", "InitializeRepository", "TestAlarms"];

        var changing = bot.Get<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(method => method is not ("GET" or "HEAD")).Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"));
        Assert.DoesNotContain(changing, one => !elsewhere.Any(path => one == $"POST {path}") && !operations.Any(operation => one == $"{operation.Method} {operation.Path}"));

        Assert.Empty(operations.Where(operation => operation.BodyType == "application/json" && operation.BodyProperties.Count == 0).Select(operation => operation.Id));
        var bare = operations.Where(operation => operation.Method != "GET" && operation.BodyType is null && !operation.ParametersIn("path").Concat(operation.ParametersIn("query")).Any());
        Assert.Equal(takeNothing, bare.Select(operation => operation.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Bodies_of_other_types_are_refused_everywhere(string type)
    {
        using var client = bot.Client(bot.FullKey);
        foreach (var operation in (await ApiOperation.ReadAsync(client)).Where(operation => operation.BodyType is not null))
        {
            using var content = new ByteArrayContent("a=1"u8.ToArray());
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            await SendAsync(client, operation, operation.Address("zzzz"), content, type, HttpStatusCode.UnsupportedMediaType);
        }

        AssertNoFailures();
    }

    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/")]
    [InlineData("/api/v2/jobs")]
    [InlineData("/api/v1/../../etc/passwd")]
    [InlineData("/api/v1/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/api/v1//jobs")]
    [InlineData("/.git/config")]
    [InlineData("/swagger/../appsettings.json")]
    public async Task Unknown_paths_answer_problems(string path)
    {
        using var client = bot.Client(bot.FullKey);

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        await ProblemAsync(answer, HttpStatusCode.NotFound, "not_found");
    }

    public Task InitializeAsync() => bot.AnyRestorePointAsync();

    /// <summary>Bodies that were good by chance have started jobs.</summary>
    public async Task DisposeAsync()
    {
        foreach (var job in (await bot.Get<JobStore>().ListAsync(500, null, CancellationToken.None)).Where(job => !job.IsOver))
        {
            await bot.EndOfAsync(job.Id);
        }
    }

    private async Task SendAsync(HttpClient client, ApiOperation operation, Uri address, HttpContent? content, string what, HttpStatusCode? expected = null)
    {
        var id = $"fuzz-{Guid.NewGuid():N}";
        using var request = operation.Request(address, content);
        request.Headers.Add("X-Request-Id", id);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Interlocked.Increment(ref _requests);
        var status = (int)answer.StatusCode;
        var text = status >= 400 || expected is not null ? await answer.Content.ReadAsStringAsync() : "";
        var why = (status, status >= 400 && !IsProblem(answer, text), expected is not null && answer.StatusCode != expected) switch
        {
            ( >= 500, _, _) when answer.StatusCode is not HttpStatusCode.ServiceUnavailable || operation.Id is not "PlanRestore" => "a failure",
            (_, true, _) => "no problem document",
            (_, _, true) => $"not {expected}",
            ( >= 400, _, _) when await LeftTracesAsync(id) => "something was changed",
            _ => null,
        };
        if (why is not null)
        {
            _failures.Enqueue($"{operation.Id} {what}: {why}: {status} {(text.Length > 400 ? text[..400] : text)}");
        }
    }

    private void AssertNoFailures() => Assert.True(_failures.IsEmpty, string.Join('\n', _failures.Take(40)));

    /// <summary>Kestrel itself answers what is no HTTP request at all, without a body.</summary>
    private static bool IsProblem(HttpResponseMessage answer, string text) =>
        (answer.StatusCode is HttpStatusCode.BadRequest && text.Length == 0)
        || (answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && JsonNode.Parse(text)!["code"] is not null);

    private Task<bool> LeftTracesAsync(string id) => bot.Get<StateDatabase>().ReadAsync(
        async (transaction, token) => await transaction.FirstOrDefaultAsync<long>("select count(*) from audit_entries where reference = @id and outcome <> 'refused'", new { id }, token) > 0, CancellationToken.None);
}
