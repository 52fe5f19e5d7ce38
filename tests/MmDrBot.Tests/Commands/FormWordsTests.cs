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

    [Fact]
    public void Every_form_keeps_to_what_all_releases_show_and_names_what_its_verb_knows()
    {
        var forms = bot.Get<IEnumerable<Verb>>().Where(verb => verb.Form is not null).ToArray();
        Assert.NotEmpty(forms);
        Assert.All(forms, verb =>
        {
            var command = new System.CommandLine.Command("x");
            verb.Shape(command);
            Assert.All(verb.Form!.Fields.Select(field => field.Label).Append(verb.Form.Title).Append(verb.Form.Submit), label => Assert.InRange(label.Length, 1, MattermostLimits.DialogTitle));
            Assert.All(verb.Form.Fields.Where(field => field.Name.StartsWith("--", StringComparison.Ordinal)), field => Assert.Contains(command.Options, option => option.Name == field.Name));
            Assert.Equal(verb.Form.Fields.Count, verb.Form.Fields.Select(field => field.Name).Distinct().Count());
            Assert.All(verb.Form.Fields.Where(field => field.Kind is FormFieldKind.Line), field => Assert.InRange(field.MaxLength ?? 150, 1, 150));
        });
    }
}
