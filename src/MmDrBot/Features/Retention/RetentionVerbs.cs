using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

internal sealed class RetentionShowVerb(ChangeRetention retention) : Verb
{
    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "retention show";

    internal override string Description => "Shows what is kept, and for how long.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["retention show", "retention show --repository offsite"];

    internal override void Shape(Command command) => command.Options.Add(_repository);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var current = await retention.ShowAsync(invocation.Value(_repository), invocation.Actor, cancellationToken);
        return Reply.Of(RetentionWords.Of(current), PolicyView.Of(current)) with { Buttons = [RetentionPlanVerb.Button(current.Repository)] };
    }
}

internal sealed class RetentionSetVerb(ChangeRetention retention, PlanRetention plans) : Verb
{
    private readonly PolicyOptions _options = new();
    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "retention set";

    internal override string Description => "Sets what is kept. Removes nothing by itself.";

    internal override string Details =>
        "The options make the rule for all restore points anew, or with --label the one for a label; other labels keep theirs. A restore point stays if any part of its rule keeps it. A rule without any part keeps all. A copy has a policy of its own.\n\nThe newest restore point, the last drilled one and what is pinned or held stay whatever the policy says.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["retention set --last 3 --daily 7 --weekly 5 --monthly 12 --zone Europe/Berlin", "retention set --label manual --last 10 --within 90d", "retention set --label audit", "retention set --repository offsite --monthly 24"];

    internal override void Shape(Command command)
    {
        _options.AddTo(command);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (!_options.AnyIn(invocation))
        {
            throw new Refusal(RefusalReason.Invalid, "What is to be kept? No option says it.", "For instance `retention set --daily 7 --weekly 5 --monthly 12`. `retention remove` takes the policy away.");
        }

        var current = await retention.HandleAsync(invocation.Value(_repository), policy => _options.Change(policy, invocation), null, invocation.Actor, cancellationToken);
        return Reply.Of($"{RetentionWords.Of(current)}\n{await OutlookAsync(invocation, cancellationToken)}", PolicyView.Of(current)) with { Buttons = [RetentionPlanVerb.Button(current.Repository)] };
    }

    private async Task<string> OutlookAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        try
        {
            return $"{RetentionWords.Summary(await plans.HandleAsync(invocation.Value(_repository), static policy => policy, invocation.Actor, cancellationToken))} `retention plan{RetentionWords.There(invocation.Value(_repository))}` shows each.";
        }
        catch (Refusal refusal)
        {
            return $"What it would remove can't be told now: {refusal.Message}";
        }
    }
}

internal sealed class RetentionRemoveVerb(ChangeRetention retention) : Verb
{
    private readonly Option<string?> _label = new("--label") { Description = "Only the rule of this label.", HelpName = "TEXT" };
    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "retention remove";

    internal override string Description => "Takes the policy away that was set; what the settings say counts again.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["retention remove --label manual", "retention remove"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_label);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var label = invocation.Value(_label);
        var current = await retention.HandleAsync(
            invocation.Value(_repository),
            policy => label is null ? null
                : policy.Labels.ContainsKey(label) ? policy with { Labels = policy.Labels.Where(own => own.Key != label).ToDictionary() }
                : throw new Refusal(RefusalReason.NotFound, $"The label {label} has no rule of its own.", "`retention show` shows those that have."),
            null,
            invocation.Actor,
            cancellationToken);
        return Reply.Of(RetentionWords.Of(current), PolicyView.Of(current));
    }
}

internal sealed class RetentionPlanVerb(PlanRetention plans) : Verb
{
    private readonly PolicyOptions _options = new();
    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal static Button Button(string repository) => new("What would go", ["retention", "plan", .. RetentionWords.OptionsFor(repository)], Permission.ViewRestorePoints);

    internal override string Path => "retention plan";

    internal override string Description => "Says of each restore point whether it would stay, and why. Changes nothing.";

    internal override string Details => "With options: what another policy would do, before it is set.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["retention plan", "retention plan --daily 7 --weekly 5"];

    internal override void Shape(Command command)
    {
        _options.AddTo(command);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        Of(await plans.HandleAsync(invocation.Value(_repository), policy => _options.Change(policy, invocation), invocation.Actor, cancellationToken), invocation, !_options.AnyIn(invocation));

    /// <param name="plan">The plan.</param>
    /// <param name="invocation">Who reads it.</param>
    /// <param name="isInForce">Whether it is that of the policy in force, and so can be applied.</param>
    internal static Reply Of(PlanView plan, Invocation invocation, bool isInForce) => new()
    {
        Table = RetentionWords.Table(plan, invocation),
        Text = plan.Decisions.Count == 0 ? "There is no restore point yet." : null,
        Footer = plan.Decisions.Count == 0 ? null : invocation.Below($"{RetentionWords.Summary(plan)}{(isInForce && plan.Removed > 0 ? $" `retention apply{RetentionWords.There(plan.Repository)} --yes --plan {plan.Plan}{(plan.AsksTwice ? $" --confirm {plan.Plan}" : "")}` removes them." : "")}"),
        Buttons = isInForce && plan.Removed > 0 ? [new Button($"Remove {plan.Removed}", ["retention", "apply", .. RetentionWords.OptionsFor(plan.Repository), "--plan", plan.Plan], Permission.ManageRepository)] : [],
        Json = plan,
    };
}

internal sealed class RetentionApplyVerb(ApplyRetention apply, PlanRetention plans, JobReports reports) : Verb
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Remove them; without, the plan is only shown." };
    private readonly Option<string?> _plan = new("--plan") { Description = "The plan that was shown. If it is not the same any more, nothing is removed.", HelpName = "PLAN" };
    private readonly Option<string?> _confirm = new("--confirm") { Description = "The plan once more, where a new policy would remove more than a third.", HelpName = "PLAN" };
    private readonly Option<string?> _repository = RepositoryOption.Make();
    private readonly Option<bool> _noPrune = new("--no-prune") { Description = "Only forget; the space is freed by a later prune." };

    internal override string Path => "retention apply";

    internal override string Description => "Forgets what the policy keeps no more, then frees its space.";

    internal override bool Schedulable => true;

    internal override string Details =>
        "First it shows what would go, and removes nothing; --yes removes. A policy that was never applied and would remove more than a third asks for --confirm as well. Nothing goes while the newest restore point is damaged or overdue, or while something can't be read.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["retention apply", "retention apply --yes", "retention apply --yes --plan 3f9a12c04e7b5d6f"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_yes);
        command.Options.Add(_plan);
        command.Options.Add(_confirm);
        command.Options.Add(_noPrune);
        command.Options.Add(_repository);
    }

    internal override Form Form => new("Remove restore points", Permission.ManageRepository)
    {
        Submit = "Remove them",
        Introduction = "Forgets what the plan that you saw lets go, and frees its space. That can't be undone. If restore points came or went since, nothing is removed.",
        Fields =
        [
            new("--plan", "Plan", FormFieldKind.Line) { MaxLength = 16, Property = nameof(ApplyRetentionRequest.Plan) },
            new("--confirm", "Plan, once more", FormFieldKind.Line) { Optional = true, MaxLength = 16, Property = nameof(ApplyRetentionRequest.Confirm), Help = "Only where a new policy would remove more than a third of all." },
            new("--repository", "Repository", FormFieldKind.Line) { Optional = true, MaxLength = 32, Property = nameof(ApplyRetentionRequest.Repository), Help = "main, or the copy that the plan is for." },
            new("--yes", "I have seen the plan", FormFieldKind.Yes) { Placeholder = "Remove what it lets go." },
        ],
    };

    internal override bool Asks(Invocation invocation) => !invocation.Value(_yes) && invocation.Value(_plan) is not null;

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (!invocation.Value(_yes))
        {
            var plan = RetentionPlanVerb.Of(await plans.HandleAsync(invocation.Value(_repository), static policy => policy, invocation.Actor, cancellationToken), invocation, true);
            return plan with { Warning = "Nothing was removed: --yes removes.", ExitCode = ExitCodes.Usage };
        }

        var request = new ApplyRetentionRequest { Repository = invocation.Value(_repository), Plan = invocation.Value(_plan), Confirm = invocation.Value(_confirm), Prune = !invocation.Value(_noPrune) };
        var job = await apply.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}
