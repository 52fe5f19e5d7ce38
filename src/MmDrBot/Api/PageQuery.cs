using Microsoft.AspNetCore.Mvc;

namespace MmDrBot.Api;

/// <summary>Which page of a list.</summary>
/// <param name="Limit">How many at most: 1 to 500; 50 if left out.</param>
/// <param name="After">Where the page before ended, as its Link header says.</param>
internal readonly record struct PageQuery([FromQuery(Name = "limit")] int? Limit, [FromQuery(Name = "after")] string? After);
