namespace MmDrBot.Api;

/// <summary>One kind of problem, with its entry on the page of problems.</summary>
/// <param name="Code">What programs go by, such as not_found.</param>
/// <param name="Status">The HTTP status; a kind has one.</param>
/// <param name="Title">The same for every problem of the kind.</param>
/// <param name="Meaning">What has happened.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ProblemKind(string Code, int Status, string Title, string Meaning, string Remedy)
{
    /// <summary>The code as it stands in addresses.</summary>
    internal string Slug => Code.Replace('_', '-');

    /// <summary>The same at every installation and in every version, so that programs can go by it.</summary>
    internal string Type => $"urn:mmdr:problem:{Slug}";

    /// <summary>Where the service explains it.</summary>
    internal string Help => $"{ProblemPages.Path}/{Slug}";
}
