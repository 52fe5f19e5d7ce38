using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Api;

/// <summary>The answer to a request for long work.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Kind">What it does.</param>
/// <param name="State">How it stands.</param>
internal sealed record JobAccepted(string Id, string Kind, string State)
{
    internal static Accepted<JobAccepted> Of(Job job) => TypedResults.Accepted($"/api/v1/jobs/{job.Id}", new JobAccepted(job.Id, job.Kind, EnumText.Of(job.State)));
}
