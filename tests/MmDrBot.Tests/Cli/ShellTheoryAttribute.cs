namespace MmDrBot.Tests.Cli;

/// <summary>Skipped where the shell is not installed; eng/test.sh installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, shell))))
        {
            Skip = $"{shell} is not installed.";
        }
    }
}
