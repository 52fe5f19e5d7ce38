using System.Text;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>Lists as helpdesks have them: out of a spreadsheet, a directory, a mail; as a file, or by a pipe.</summary>
public sealed class ListInputTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const int People = 6;

    // {n} is a username, {n@} an e-mail address, {N} a username in capitals.
    private const string Spreadsheet = "\uFEFF\"Username\",\"Department\"\r\n\"{0}\",\"Sales, north\"\r\n\r\n{1@},x\r\n\"\",\r\n  {2} ,\r\n\"@{3}\",y\r\n{N4}\r\n,\"{5@}\",z\r\n,,\r\n";
    private const string Directory = "# out of the directory\nemail\n{0@}\n\n   \n{1@}\t\"x\"\n@{2}\n{3}\n{4@}\n\t{5@}";

    [Theory]
    [InlineData(Spreadsheet, true)]
    [InlineData(Spreadsheet, false)]
    [InlineData(Directory, true)]
    [InlineData(Directory, false)]
    public async Task Everybody_of_a_list_and_nobody_else_is_converted_and_brought_back(string list, bool piped)
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        var bystander = await sso.PersonAsync();
        await File.WriteAllTextAsync(ListFile, Fill(list, people), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await AssertConvertedAndBroughtBackAsync(piped, people, bystander);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public async Task A_list_is_read_as_Windows_writes_it(string encoding, bool piped)
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        var bystander = await sso.PersonAsync();
        await File.WriteAllTextAsync(ListFile, Fill(Directory, people), Encoding.GetEncoding(encoding));
        await AssertConvertedAndBroughtBackAsync(piped, people, bystander);
    }

    private async Task AssertConvertedAndBroughtBackAsync(bool piped, IReadOnlyList<StandInAccount> people, StandInAccount bystander)
    {
        await MustAsync(piped, "sso", "convert", "--ticket", "INC-71", "--deliver", "one-time-link");

        Assert.Equal((long)People, await sso.Database.ScalarAsync<long>($"select count(*) from users where authservice = '' and id in ('{string.Join("', '", people.Select(person => person.Id))}')"));
        await sso.AssertBoundAsync(bystander);
        await MustAsync(piped, "sso", "revert");
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF\r\n\r\n")]
    [InlineData("username\n# nobody yet\n")]
    public async Task A_list_without_anybody_is_refused(string list)
    {
        await File.WriteAllTextAsync(ListFile, list);

        foreach (var piped in new[] { true, false })
        {
            var result = await RunAsync(piped, "sso", "convert", "--ticket", "INC-72");
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("Name at least one account", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("username,department,email\n,sales,bob@example.com", "bob@example.com")]
    [InlineData("Department;E-Mail;Username\nsales;bob@example.com;\nsales;;eve", "bob@example.com", "eve")]
    [InlineData("\"Smith, Alice\",sales", "Smith, Alice")]
    [InlineData("alice\n\"bo\"\"b\"\n@eve", "alice", "bo\"b", "@eve")]
    [InlineData("name\talice@example.com", "name")]
    [InlineData("user\nalice\nuser", "alice", "user")]
    public void A_list_names_whom_it_means(string list, params string[] names) => Assert.Equal(names, SsoLists.Parse(list));

    [Theory]
    [InlineData("username,department\nalice,sales\n,sales", "Line 3 ")]
    [InlineData("alice,x\n\"bob", "Line 2 ")]
    [InlineData("al\"ice,x", "Line 1 ")]
    public void A_line_that_names_nobody_is_refused_by_its_number(string list, string line) =>
        Assert.Contains(line, Assert.Throws<Refusal>(() => SsoLists.Parse(list)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("convert", "--ticket", "INC-73")]
    [InlineData("revert")]
    public async Task A_list_that_cannot_be_read_is_a_mistake_of_whoever_names_it(params string[] words)
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, ["sso", .. words, "--file", sso.StateFile + ".no-such-list"], sso.ChildSettings);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--file", result.Error, StringComparison.Ordinal);
        Assert.Contains(".no-such-list", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("free space", result.Error, StringComparison.Ordinal);
    }

    private string ListFile => sso.StateFile + ".list";

    private static string Fill(string list, IReadOnlyList<StandInAccount> people)
    {
        for (var place = 0; place < people.Count; place++)
        {
            list = list.Replace($"{{{place}}}", people[place].Username, StringComparison.Ordinal).Replace($"{{{place}@}}", people[place].Email, StringComparison.Ordinal).Replace($"{{N{place}}}", people[place].Username.ToUpperInvariant(), StringComparison.Ordinal);
        }

        return list;
    }

    private Task<ToolResult> RunAsync(bool piped, params string[] arguments) => piped
        ? Tool.TryRunAsync("/bin/sh", ["-c", "cat \"$LIST\" | \"$0\" \"$@\"", CliFixture.Program, .. arguments, "--file", "-"], new Dictionary<string, string>(sso.ChildSettings) { ["LIST"] = ListFile })
        : Tool.TryRunAsync(CliFixture.Program, [.. arguments, "--file", ListFile], sso.ChildSettings);

    private async Task MustAsync(bool piped, params string[] arguments)
    {
        var result = await RunAsync(piped, arguments);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
    }
}
