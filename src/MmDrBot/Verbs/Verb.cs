using System.CommandLine;
using MmDrBot.Interactions;

namespace MmDrBot.Verbs;

/// <summary>
/// One verb with its grammar, the same in chat and on the command line. A verb only translates: it reads its arguments, calls a use case,
/// and words the answer.
/// </summary>
internal abstract class Verb
{
    /// <summary>The words that name it, such as `repository check`.</summary>
    internal abstract string Path { get; }

    internal abstract string Description { get; }

    /// <summary>Whether `/dr` knows it; the command line knows all.</summary>
    internal virtual bool InChat => false;

    /// <summary>Whether it may be put on a schedule. Then it does nothing but launch one job, by the launch that its call brings, and follow it.</summary>
    internal virtual bool Schedulable => false;

    /// <summary>Whether a fault in the settings stops it.</summary>
    internal virtual bool NeedsGoodSettings => true;

    /// <summary>Whether it runs without settings, state and services; such a verb's constructor takes nothing.</summary>
    internal virtual bool StandsAlone => false;

    /// <summary>What its help says beyond the description; paragraphs are parted by an empty line.</summary>
    internal virtual string? Details => null;

    /// <summary>Shown by help.</summary>
    internal virtual IReadOnlyList<string> Examples => [];

    /// <summary>Options that chat refuses, such as files of the host: its help knows neither them nor examples with them.</summary>
    internal virtual IReadOnlyList<Option> OnHostAlone => [];

    /// <summary>Asks for the same in chat, where it has many fields; their names are those of arguments and options.</summary>
    internal virtual Form? Form => null;

    /// <summary>Whether what was typed calls for the form, which then comes up with all of that; otherwise the verb runs.</summary>
    internal virtual bool Asks(Invocation invocation) => false;

    /// <summary>Adds arguments and options.</summary>
    internal virtual void Shape(Command command)
    {
    }

    internal abstract Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken);
}
