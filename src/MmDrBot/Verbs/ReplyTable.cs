namespace MmDrBot.Verbs;

/// <summary>Rows of short texts.</summary>
internal sealed record ReplyTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
