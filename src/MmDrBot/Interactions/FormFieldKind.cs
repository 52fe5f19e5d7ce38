namespace MmDrBot.Interactions;

/// <summary>What can be put into a field.</summary>
internal enum FormFieldKind
{
    Line,

    /// <summary>A line that is not shown as it is typed.</summary>
    Secret,

    Lines,
    Choice,

    /// <summary>One account; comes back as its id.</summary>
    Person,

    Yes,
}
