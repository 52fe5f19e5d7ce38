using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Verbs;

/// <summary>Words the state of a job of one kind; the same words in the live post and on the terminal.</summary>
internal interface IJobReport
{
    string Kind { get; }

    /// <summary>What a job of this kind is called in a sentence, such as "Backup".</summary>
    string Title { get; }

    /// <summary>Words a job that ended well or partly well, from its result.</summary>
    string Success(Job job);

    /// <summary>What one may do next with what came of it.</summary>
    IReadOnlyList<Button> Buttons(Job job) => [];

    /// <summary>What is too long for the post, for the thread below it; null: nothing.</summary>
    string? Details(Job job) => null;

    /// <summary>Which news the end of the job is; null: that a job succeeded or failed.</summary>
    NewsKind? News(Job job) => null;
}
