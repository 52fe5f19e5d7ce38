using System.CommandLine;
using System.CommandLine.Parsing;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class FormWordsTests(BotFixture bot)
{
    private static readonly Form Form = new("A form", Permission.ViewStatus)
    {
        Submit = "Go",
        Fields =
        [
            new("WHO", "Who", FormFieldKind.Person) { Property = "Users" },
            new("MORE", "More", FormFieldKind.Lines),
            new("--ticket", "Ticket", FormFieldKind.Line) { Property = "Ticket" },
            new("--force", "Force", FormFieldKind.Yes),
        ],
    };

    [Fact]
    public void Nothing_that_stands_in_a_field_can_become_an_option()
    {
        var words = FormWords.Of(["sso", "convert"], Form, new Dictionary<string, string> { ["WHO"] = "--force", ["MORE"] = "--all, bob\n@carl", ["--ticket"] = "--file=/etc/passwd", ["--force"] = "false", ["--file"] = "/etc/passwd" });

        Assert.Equal(["sso", "convert", "--ticket=--file=/etc/passwd", "--", "--force", "--all", "bob", "@carl"], words);
    }

    [Fact]
    public void Faults_stand_at_their_fields_unless_one_has_no_place()
    {
        var placed = new Refusal(RefusalReason.Invalid, "x") { Faults = [new("Ticket", "Too long."), new("Ticket", "No blanks."), new("Users", "Nobody.")] };
        var lost = new Refusal(RefusalReason.Invalid, "x") { Faults = [new("Ticket", "Too long."), new("Elsewhere", "Wrong.")] };

        Assert.Equal(new Dictionary<string, string> { ["--ticket"] = "Too long. No blanks.", ["WHO"] = "Nobody." }, FormWords.FaultsOf(Form, placed));
        Assert.Empty(FormWords.FaultsOf(Form, lost));
    }

    public static TheoryData<string, string> TypedOptions()
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), new Command("dr"));
        var typed = new TheoryData<string, string>();
        foreach (var (command, verb) in tree.Verbs.Where(item => item.Value.Form is not null))
        {
            foreach (var option in command.Options.Where(option => option.Name != Form.Ask))
            {
                typed.Add(verb.Path, option.Name);
            }
        }

        return typed;
    }

    [Theory]
    [MemberData(nameof(TypedOptions))]
    public void Every_option_that_was_typed_survives_the_form(string path, string name)
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), new Command("dr"));
        var (command, verb) = tree.Verbs.Single(item => item.Value.Path == path);
        var option = command.Options.Single(one => one.Name == name);
        string[] values = option.ValueType == typeof(bool) ? [""] : option.ValueType == typeof(bool?) ? ["=true"] : option.Arity.MaximumNumberOfValues > 1 ? ["=one two", "=three"] : ["=1"];
        var typed = tree.Parse([.. path.Split(' '), .. values.Select(value => name + value)]);
        Assert.Empty(typed.GetResult(option)!.Errors);

        var (form, beside) = FormWords.Fill(verb.Form!, typed);
        var sent = form.Fields.Where(field => field.Initial is not null).ToDictionary(field => field.Name, field => field.Initial!);
        var submitted = tree.Parse(FormWords.Of([.. path.Split(' '), .. beside], verb.Form!, sent));

        Assert.Same(verb, tree.VerbOf(submitted));
        Assert.Equal(ValuesOf(typed, option), ValuesOf(submitted, option));
        Assert.All(beside, word => Assert.Contains($"`{word}`", form.Introduction, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_chosen_in_the_form_goes_before_what_was_typed()
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), new Command("dr"));
        var form = tree.Verbs.Values.Single(verb => verb.Path == "sso convert").Form!;

        var (filled, beside) = FormWords.Fill(form, tree.Parse(["sso", "convert", "--for", "3h", "--deliver", "Reset-Email", "--include-deactivated"]));

        Assert.Equal("reset-email", filled.Fields.Single(field => field.Name == "--deliver").Initial);
        Assert.Equal(["--for=3h", "--include-deactivated=true"], beside);
        Assert.Equal(["sso", "convert", "--include-deactivated=true", "--for=8h", "--"], FormWords.Of(["sso", "convert", .. beside], form, new Dictionary<string, string> { ["--for"] = "8h" }));
    }

    private static string[] ValuesOf(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { } result ? result.Tokens.Count == 0 ? ["true"] : [.. result.Tokens.Select(token => token.Value)] : [];

    [Fact]
    public void Every_form_keeps_to_what_all_releases_show_and_names_what_its_verb_knows()
    {
        var forms = bot.Get<IEnumerable<Verb>>().Where(verb => verb.Form is not null).ToArray();
        Assert.NotEmpty(forms);
        Assert.All(forms, verb =>
        {
            var command = new Command("x");
            verb.Shape(command);
            Assert.All(verb.Form!.Fields.Select(field => field.Label).Append(verb.Form.Title).Append(verb.Form.Submit), label => Assert.InRange(label.Length, 1, MattermostLimits.DialogTitle));
            Assert.All(verb.Form.Fields.Where(field => field.Name.StartsWith("--", StringComparison.Ordinal)), field => Assert.Contains(command.Options, option => option.Name == field.Name));
            Assert.Equal(verb.Form.Fields.Count, verb.Form.Fields.Select(field => field.Name).Distinct().Count());
            Assert.All(verb.Form.Fields.Where(field => field.Kind is FormFieldKind.Line), field => Assert.InRange(field.MaxLength ?? 150, 1, 150));
        });
    }
}
