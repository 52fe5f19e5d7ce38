using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

internal sealed class VerificationReport : IJobReport
{
    public string Kind => StartVerification.Kind;

    public string Title => "Verification";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<VerificationResult>(job.ResultJson!, JobLauncher.Json)!;
        return result.Level == "data"
            ? $"Restore point `{Words.Short(result.RestorePoint)}` is whole: every byte that it needs was read, decrypted and compared ({Words.Bytes(result.BytesRead)})."
            : $"Restore point `{Words.Short(result.RestorePoint)}` has its structure: lists and indexes read well, every pack is there. `--level data` reads the bytes as well.";
    }
}
