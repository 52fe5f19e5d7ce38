using System.Collections.Concurrent;
using System.Text.Json;
using MmDrBot.Commands;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;

namespace MmDrBot.Features.Restores;

/// <summary>Takes the button off a plan that was confirmed, and says by whom.</summary>
internal sealed class PlanPosts(IMattermostApi api, LivePostStore posts, ButtonPosts buttons) : IJobReporter
{
    private readonly ConcurrentDictionary<string, bool> _done = new();

    public async Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Kind != StartRestore.Kind || JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)?.Plan is not { } plan || _done.ContainsKey(job.Id))
        {
            return;
        }

        if (await posts.FindAsync(plan, cancellationToken) is { } postId)
        {
            var post = await api.GetPostAsync(postId, cancellationToken);
            await buttons.SetAsync(postId, $"{post.Message}\n**Confirmed** by {job.ActorName.Split(':')[^1]}.", [], cancellationToken);
        }

        _done[job.Id] = true;
        if (job.IsOver)
        {
            _done.TryRemove(job.Id, out _);
        }
    }
}
