using System.Text.Json;
using System.Text.Json.Nodes;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>
/// Mattermost's configuration, changed so that a trial run works on the scratch copy alone and reaches nobody: no mail, no push, no directory
/// service, no cluster, no plugins, no jobs, no search server, no outgoing hooks, no telemetry. Settings that a version does not know it passes over.
/// </summary>
internal static class BootConfig
{
    /// <summary>Parts that would reach the world or other nodes, as JSON merged over the configuration.</summary>
    private const string Quiet = """
        {
          "ServiceSettings":{"ConnectionSecurity":"","Forward80To443":false,"UseLetsEncrypt":false,"EnableLocalMode":false,"EnableOutgoingWebhooks":false,"EnableSecurityFixAlert":false,"EnforceMultifactorAuthentication":false,"EnableOAuthServiceProvider":false,"EnableEmailInvitations":false,"AllowedUntrustedInternalConnections":""},
          "EmailSettings":{"SendEmailNotifications":false,"SendPushNotifications":false,"EnableEmailBatching":false,"RequireEmailVerification":false,"SMTPServer":"","SMTPUsername":"","SMTPPassword":"","PushNotificationServer":""},
          "ClusterSettings":{"Enable":false},
          "LdapSettings":{"Enable":false,"EnableSync":false},
          "SamlSettings":{"Enable":false,"EnableSyncWithLdap":false},
          "MessageExportSettings":{"EnableExport":false},
          "DataRetentionSettings":{"EnableMessageDeletion":false,"EnableFileDeletion":false,"EnableBoardsDeletion":false},
          "ElasticsearchSettings":{"EnableIndexing":false,"EnableSearching":false,"EnableAutocomplete":false},
          "BleveSettings":{"EnableIndexing":false,"EnableSearching":false,"EnableAutocomplete":false,"IndexDir":""},
          "PluginSettings":{"Enable":false,"EnableUploads":false,"EnableMarketplace":false,"AutomaticPrepackagedPlugins":false},
          "MetricsSettings":{"Enable":false},
          "JobSettings":{"RunJobs":false,"RunScheduler":false},
          "ImageProxySettings":{"Enable":false},
          "RateLimitSettings":{"Enable":false},
          "ExperimentalSettings":{"EnableSharedChannels":false,"EnableRemoteClusterService":false},
          "ConnectedWorkspacesSettings":{"EnableSharedChannels":false,"EnableRemoteClusterService":false},
          "AnnouncementSettings":{"AdminNoticesEnabled":false,"UserNoticesEnabled":false},
          "LogSettings":{"EnableConsole":true,"ConsoleLevel":"INFO","EnableFile":false,"EnableWebhookDebugging":false,"EnableDiagnostics":false,"EnableSentry":false,"AdvancedLoggingConfig":"","AdvancedLoggingJSON":{}},
          "NotificationLogSettings":{"EnableFile":false,"AdvancedLoggingConfig":"","AdvancedLoggingJSON":{}},
          "ExperimentalAuditSettings":{"FileEnabled":false,"AdvancedLoggingConfig":"","AdvancedLoggingJSON":{}},
          "SqlSettings":{"DriverName":"postgres","DataSourceReplicas":[],"DataSourceSearchReplicas":[],"ReplicaLagSettings":[]},
          "FileSettings":{"DriverName":"local","DedicatedExportStore":false}
        }
        """;

    internal static byte[] Make(byte[] original, PostgresAddress database, string filesDirectory, int port)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        var root = JsonNode.Parse(original, null, options)!.AsObject();
        Merge(root, JsonNode.Parse(Quiet)!.AsObject());
        Merge(root, new JsonObject
        {
            ["ServiceSettings"] = new JsonObject { ["ListenAddress"] = $"127.0.0.1:{port}", ["SiteURL"] = $"http://127.0.0.1:{port}" },
            ["SqlSettings"] = new JsonObject { ["DataSource"] = DataSource(database) },
            ["FileSettings"] = new JsonObject { ["Directory"] = filesDirectory + "/" },
        });
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    /// <summary>As Mattermost's driver reads it.</summary>
    private static string DataSource(PostgresAddress address)
    {
        var user = Uri.EscapeDataString(address.User) + (address.Password is { } password ? ":" + Uri.EscapeDataString(password) : "");
        var isSocket = address.Host.StartsWith('/');
        var query = $"sslmode={address.SslMode}{(isSocket ? $"&host={Uri.EscapeDataString(address.Host)}&port={address.Port}" : "")}{(address.SslRootCert is { } trusted ? $"&sslrootcert={Uri.EscapeDataString(trusted)}" : "")}";
        return $"postgres://{user}@{(isSocket ? "" : $"{address.Host}:{address.Port}")}/{Uri.EscapeDataString(address.Database)}?{query}";
    }

    private static void Merge(JsonObject into, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject inner && inner.Count > 0)
            {
                var section = into[name] as JsonObject ?? [];
                Merge(section, inner);
                if (section.Parent is null)
                {
                    into[name] = section;
                }
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }
}
