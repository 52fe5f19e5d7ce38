using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.IndependentReader;

/// <summary>What a sample holds at a moment.</summary>
internal sealed record SampleContent(TreeSnapshot Files, TreeSnapshot Config, string Database, string Settings)
{
    public static async Task<SampleContent> OfAsync(SampleMattermost sample) => new(
        TreeSnapshot.Of(sample.DataDirectory),
        TreeSnapshot.Of(sample.ConfigDirectory),
        await PgDump.DumpAsync(sample.DatabaseUri),
        await SettingsOfAsync(sample.DatabaseUri));

    public static Task<string> SettingsOfAsync(string uri) => Tool.RunAsync("psql", [
        $"--dbname={uri}", "--no-psqlrc", "--tuples-only",
        "--command=SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database() ORDER BY 1"]);
}
