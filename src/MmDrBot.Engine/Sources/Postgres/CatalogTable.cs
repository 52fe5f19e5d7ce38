namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>A table with rows of its own: ordinary tables, partitions, and configuration tables of extensions (with their filter).</summary>
internal sealed record CatalogTable(long Oid, string Schema, string Name, string? Filter, long Size, string[] Columns)
{
    internal string QualifiedName => Sql.Name(Schema, Name);

    internal bool IsSameAs(CatalogTable other) =>
        Oid == other.Oid && Schema == other.Schema && Name == other.Name && Filter == other.Filter && Columns.SequenceEqual(other.Columns);

    internal string CopyStatement => Filter is null
        ? $"COPY {QualifiedName}{Sql.Columns(Columns)} TO STDOUT"
        : $"COPY (SELECT {string.Join(", ", Columns.Select(Sql.Name))} FROM {QualifiedName} {Filter}) TO STDOUT";
}
